import { chmod, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

import type { Adapter, FetchResult } from "../../adapters/adapter.ts";
import { sleep } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { Attachment } from "../../sessions/message.ts";
import type { TurnAttachment } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { PRIVATE } from "./places.ts";
import { sizeWords } from "./size-words.ts";

export interface Wanted {
  readonly attachment: Attachment;
  readonly adapter: Adapter | null;
  /** Where it belongs; complete from the moment that it is there. */
  readonly file: string;
  /** Of this worker of the turn: an earlier one may still be writing. */
  readonly generation: number;
}

const TRIES = 3;
const PAUSE_MS = 500;

/** Brings the bytes of one attachment here, unless they are here already. Never rejects. */
export async function fetchAttachment(
  core: Core,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<TurnAttachment> {
  const { attachment, adapter, file } = wanted;
  const say = core.texts.say;
  const without = (problem: string): TurnAttachment => ({ ...attachment, path: null, problem });
  const limit = adapter?.capabilities.fetchFileLimit ?? 0;
  if (adapter?.fetch === undefined || limit <= 0) return without(say("file_unfetchable"));
  const tooLarge = without(say("file_over", { limit: sizeWords(limit) }));
  if (attachment.size !== null && attachment.size > limit) return tooLarge;

  let problem = "";
  for (let attempt = 1; attempt <= TRIES && !signal.aborted; attempt += 1) {
    const kept = await sizeOf(file);
    if (kept !== null) return { ...attachment, size: kept, path: file, problem: null };
    if (attempt > 1) await sleep(core.clock, PAUSE_MS * 2 ** (attempt - 2), signal);
    if (signal.aborted) break;
    const result = await tryOnce(core, adapter, { ...wanted, attempt, limit }, signal);
    switch (result.outcome) {
      case "fetched":
        return { ...attachment, size: result.size, path: file, problem: null };
      case "too_large":
        return tooLarge;
      case "gone":
        return without(say("file_gone", { reason: result.reason }));
      case "failed":
        core.log.warn({ file, attempt, reason: result.reason }, "attachment not fetched");
        problem = result.reason;
    }
  }
  return without(say("file_not_fetched", { reason: problem }));
}

/** To a name of its own first: what has the final name is whole. */
async function tryOnce(
  core: Core,
  adapter: Adapter,
  how: Wanted & { readonly attempt: number; readonly limit: number },
  signal: AbortSignal,
): Promise<FetchResult> {
  const part = `${how.file}.part-${how.generation}-${how.attempt}`;
  try {
    await mkdir(dirname(part), { recursive: true, mode: PRIVATE.directory });
    await rm(part, { force: true });
    const result = await fetchInTime(core, adapter, { ...how, part }, signal);
    if (result.outcome !== "fetched") return result;
    const size = await sizeOf(part);
    if (size === null) return { outcome: "failed", reason: "nothing arrived" };
    if (size > how.limit) return { outcome: "too_large" };
    await chmod(part, PRIVATE.file);
    await rename(part, how.file);
    return { outcome: "fetched", size };
  } catch (error) {
    return { outcome: "failed", reason: textOf(error) };
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
}

async function fetchInTime(
  core: Core,
  adapter: Adapter,
  how: { readonly attachment: Attachment; readonly part: string; readonly limit: number },
  signal: AbortSignal,
): Promise<FetchResult> {
  const { fetchTimeoutMs } = core.settings.turns;
  const reason = core.texts.say("file_fetch_slow", { seconds: Math.round(fetchTimeoutMs / 1000) });
  const late: FetchResult = { outcome: "failed", reason };
  const over = new AbortController();
  const timer = core.clock.timer(fetchTimeoutMs, () => over.abort());
  const either = AbortSignal.any([signal, over.signal]);
  // A network that does not heed the signal must not hold the turn.
  const aborted = new Promise<FetchResult>((resolve) => {
    either.addEventListener("abort", () => resolve(late));
  });
  try {
    const { part: file, limit } = how;
    const fetching = adapter.fetch?.(how.attachment, { file, limit, signal: either });
    return await Promise.race([fetching ?? late, aborted]);
  } finally {
    timer.cancel();
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}
