import { constants, createDeflate } from "node:zlib";

export interface Packer {
  /** Calls `send` with what goes on the wire, in the order of the calls. */
  pack(text: string, send: (data: string | Buffer) => void): void;
}

export const plainPacker: Packer = { pack: (text, send) => send(text) };

/** `compress=zlib-stream`: one stream per socket, flushed after each payload. */
export function createZlibPacker(): Packer {
  const deflate = createDeflate();
  let chunks: Buffer[] = [];
  let last: Promise<void> = Promise.resolve();
  deflate.on("data", (chunk: Buffer) => chunks.push(chunk));

  function flushed(text: string): Promise<Buffer> {
    return new Promise((resolve) => {
      chunks = [];
      deflate.write(text);
      deflate.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(chunks)));
    });
  }

  return {
    pack(text, send) {
      last = last.then(async () => send(await flushed(text)));
    },
  };
}
