import { createWriteStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { textOf } from "../../sessions/errors.ts";
import type { OutboundFile } from "../../sessions/message.ts";
import type { WorkerEvent } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import type { LiveTurn } from "../turns/live-turn.ts";
import { openOutgoing } from "./open-outgoing.ts";
import { outgoingPlace, PRIVATE } from "./places.ts";
import { safeName } from "./safe-name.ts";
import { sizeWords } from "./size-words.ts";

type FileEvent = Extract<WorkerEvent, { type: "file" }>;

/** Files of one turn; a worker that loops must not fill disk and chat. */
const MOST = 20;

/**
 * A worker has a file for the person. It is copied at once, so that neither the worker nor a restart can take it
 * away, and sent with the end of the turn; what is not taken is said in the answer. Never rejects.
 */
export async function takeFile(core: Core, live: LiveTurn, event: FileEvent): Promise<void> {
  const name = safeName(event.name.trim() === "" ? basename(event.path) : event.name);
  const taken = await take(core, live, { ...event, name });
  live.seenAt = core.clock.monotonic();
  const about = { session: live.key, turn: live.turn, name };
  if (taken.outcome === "kept") {
    live.files.push(taken.file);
    core.log.info({ ...about, size: taken.file.size }, "file kept for sending");
  } else {
    if (!live.remarks.includes(taken.remark)) live.remarks.push(taken.remark);
    core.log.info({ ...about, why: taken.remark }, "file not sent");
  }
}

type Taken =
  | { readonly outcome: "kept"; readonly file: OutboundFile }
  | { readonly outcome: "refused"; readonly remark: string };

async function take(core: Core, live: LiveTurn, event: FileEvent): Promise<Taken> {
  const { name } = event;
  const say = core.texts.say;
  const refused = (why: string): Taken => ({
    outcome: "refused",
    remark: say("file_refused", { name, why }),
  });
  const opened = await openOutgoing(core, live, event.path);
  if (opened.outcome === "refused") return refused(say(opened.why, { reason: opened.reason }));
  const { handle, size } = opened;
  try {
    const { sendFileLimit } = core.networks.capabilities(live.address);
    if (sendFileLimit <= 0) {
      return { outcome: "refused", remark: say("file_unshown", { name, size: sizeWords(size) }) };
    }
    if (size > sendFileLimit) {
      const limit = sizeWords(sendFileLimit);
      return refused(say("file_is_large", { size: sizeWords(size), limit }));
    }
    if (live.files.length >= MOST) return refused(say("file_is_beyond", { count: MOST }));
    const place = outgoingPlace(core, live.turn);
    const id = `${live.generation}-${live.files.length + 1}`;
    const file = { path: join(place, id, name), name, mime: mimeOf(event.mime), size };
    await keep(handle, file, { place, id, signal: live.abort.signal });
    return { outcome: "kept", file };
  } catch (error) {
    return refused(say("file_is_unreadable", { reason: textOf(error) }));
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** The bytes, then the record that makes them count: see `keptFiles`. */
async function keep(
  handle: FileHandle,
  file: OutboundFile,
  how: { readonly place: string; readonly id: string; readonly signal: AbortSignal },
): Promise<void> {
  const { place, id, signal } = how;
  const directory = join(place, id);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: PRIVATE.directory });
  // As long as it was when it was judged: what grows meanwhile is cut, what shrinks is refused.
  const from = handle.createReadStream({ autoClose: false, start: 0, end: file.size - 1 });
  const to = createWriteStream(file.path, { mode: PRIVATE.file, flags: "wx", flush: true });
  await pipeline(from, to, { signal });
  if (to.bytesWritten !== file.size) throw new Error("it changed while it was read");
  const record = join(place, `${id}.json`);
  const { name, mime, size } = file;
  const text = JSON.stringify({ name, mime, size });
  await writeFile(`${record}.part`, text, { mode: PRIVATE.file, flush: true });
  await rename(`${record}.part`, record);
}

/** It becomes part of a header. */
function mimeOf(mime: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(mime) ? mime : "application/octet-stream";
}
