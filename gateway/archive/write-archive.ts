import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

import type { StoredConversation } from "../../sessions/conversation-reads.ts";
import type { Core } from "../core.ts";
import { PRIVATE } from "../files/places.ts";
import { transcriptLine } from "../report/transcript-line.ts";

/** Read in one go, which holds the thread; the next ones wait until these are compressed. */
const PAGE = 100;

/** One conversation, whole and on the disk, or not there. Rejects when the disk does not take it, or when it is aborted. */
export async function writeArchive(
  core: Pick<Core, "engine">,
  conversation: StoredConversation,
  { file, signal }: { readonly file: string; readonly signal: AbortSignal },
): Promise<void> {
  const part = `${file}.part`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: PRIVATE.directory });
    await pipeline(
      Readable.from(linesOf(core, conversation), { highWaterMark: 1 }),
      createGzip(),
      createWriteStream(part, { mode: PRIVATE.file, flush: true }),
      { signal },
    );
    await rename(part, file);
    await toDisk(dirname(file));
    await toDisk(dirname(dirname(file)));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function* linesOf(
  { engine }: Pick<Core, "engine">,
  { session, key }: StoredConversation,
): AsyncIterable<string> {
  let after = 0;
  for (;;) {
    const page = await engine.entries(session, { after, limit: PAGE });
    if (page.length > 0) yield page.map(({ entry }) => transcriptLine(key, entry)).join("");
    if (page.length < PAGE) return;
    after = page.at(-1)?.seq ?? after;
  }
}

/** A name is durable only with its directory. */
async function toDisk(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
