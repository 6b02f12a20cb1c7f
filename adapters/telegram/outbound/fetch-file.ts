import { createReadStream } from "node:fs";
import { open as openFile, rm } from "node:fs/promises";

import { GrammyError, HttpError } from "grammy";

import type { Attachment } from "../../../sessions/message.ts";
import type { FetchOptions, FetchResult } from "../../adapter.ts";
import { toGrammySignal } from "../signal.ts";
import type { Desk } from "./desk.ts";
import { toFailure } from "./failure.ts";

export interface Fetching extends Desk {
  /** A Bot API server of one's own may keep its files on this machine, and name them by absolute paths. */
  readonly isSelfHosted: boolean;
  onRevoked(): void;
}

export async function fetchFile(
  desk: Fetching,
  attachment: Attachment,
  options: FetchOptions,
): Promise<FetchResult> {
  if (desk.line.isStopped()) return { outcome: "failed", reason: "disconnected" };
  if ((attachment.size ?? 0) > options.limit) return { outcome: "too_large" };
  try {
    const signal = toGrammySignal(options.signal);
    const found = await desk.client.send.getFile(attachment.ref, signal);
    if ((found.file_size ?? 0) > options.limit) return { outcome: "too_large" };
    if (found.file_path === undefined) {
      return { outcome: "failed", reason: "Telegram did not say where the file is" };
    }
    const { file_path: path } = found;
    return await write(() => openBytes(desk, path, options.signal), options);
  } catch (thrown) {
    return failed(desk, thrown);
  }
}

/** The bytes as they come, or why there are none. */
async function openBytes(
  { client, isSelfHosted }: Fetching,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | string> {
  if (path.startsWith("/")) {
    // Nobody but the operator's own server may name a file of this machine.
    return isSelfHosted ? bytesOf(path) : "Telegram named a file that is not on its servers";
  }
  // The address holds the token: it must not be handed on to where it leads.
  const answer = await fetch(`${client.fileRoot}/${path}`, { signal, redirect: "error" });
  if (answer.ok && answer.body !== null) return answer.body;
  await answer.body?.cancel();
  return `Telegram answered ${answer.status}`;
}

/** Opened when it is read: a stream that fails before anybody listens ends the process. */
async function* bytesOf(path: string): AsyncIterable<Uint8Array> {
  const stream: AsyncIterable<Uint8Array> = createReadStream(path);
  yield* stream;
}

/** Counts while it writes: a size that was announced is a promise and no more. Leaves no part of a file. */
async function write(
  open: () => Promise<AsyncIterable<Uint8Array> | string>,
  { file, limit, signal }: FetchOptions,
): Promise<FetchResult> {
  const handle = await openFile(file, "wx", 0o600);
  let size = 0;
  let isWhole = false;
  try {
    const bytes = await open();
    if (typeof bytes === "string") return { outcome: "failed", reason: bytes };
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      size += chunk.byteLength;
      if (size > limit) return { outcome: "too_large" };
      await handle.writeFile(chunk);
    }
    isWhole = true;
    return { outcome: "fetched", size };
  } finally {
    await handle.close();
    if (!isWhole) await rm(file, { force: true });
  }
}

function failed({ client, onRevoked }: Fetching, thrown: unknown): FetchResult {
  if (!(thrown instanceof GrammyError)) {
    return { outcome: "failed", reason: `the file could not be fetched (${codeOf(thrown)})` };
  }
  const failure = toFailure(thrown, client.redact);
  if (failure.outcome === "revoked") onRevoked();
  if (failure.outcome !== "refused") {
    return { outcome: "failed", reason: client.redact(thrown.description) };
  }
  if (failure.reason.includes("file is too big")) return { outcome: "too_large" };
  const isForNow = failure.reason.includes("temporarily unavailable");
  return { outcome: isForNow ? "failed" : "gone", reason: failure.reason };
}

/** Never its words: they hold the address, and so the token. */
function codeOf(thrown: unknown): string {
  const inner = thrown instanceof HttpError ? thrown.error : thrown;
  for (const one of [inner, inner instanceof Error ? inner.cause : null]) {
    if (typeof one !== "object" || one === null) continue;
    const code: unknown = Reflect.get(one, "code");
    if (typeof code === "string") return code;
  }
  return inner instanceof Error ? inner.name : "unknown";
}
