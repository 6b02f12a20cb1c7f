import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

export type Bytes = AsyncIterable<Uint8Array>;

/** Opened when it is read: a stream that fails before anybody listens ends the process. */
export async function* bytesOf(path: string): Bytes {
  const stream: Bytes = createReadStream(path);
  yield* stream;
}

/** To a new file of this user's, flushed to the disk. Null: it is longer than `limit`, whatever it said of itself. */
export async function writeBytes(
  bytes: Bytes,
  path: string,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<number | null> {
  let size = 0;
  const tooLarge = new Error("it is larger than the limit");
  async function* counted(source: Bytes): Bytes {
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (size > limit) throw tooLarge;
      yield chunk;
    }
  }
  const to = createWriteStream(path, { mode: 0o600, flags: "wx", flush: true });
  try {
    await pipeline(bytes, counted, to, { signal });
    return size;
  } catch (thrown) {
    if (thrown === tooLarge) return null;
    throw thrown;
  }
}

/** The names in it, too, are to outlive a power cut. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
