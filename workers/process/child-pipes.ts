import type { Readable, Writable } from "node:stream";

import type { LineReader } from "./line-reader.ts";

export interface Sender {
  send(message: object): void;
  /** Writes this as it is, then EOF. */
  finish(text: string): void;
  /** Writes what waits, then EOF. */
  end(): void;
}

/** JSON lines into a pipe; those of one tick go out as one write. */
export function createSender(pipe: Writable): Sender {
  let waiting: string[] = [];
  // A reader that is gone shows as its death; the failed write adds nothing.
  pipe.on("error", () => undefined);
  const flush = (): void => {
    const text = waiting.join("");
    waiting = [];
    if (text !== "" && pipe.writable) pipe.write(text);
  };
  return {
    send: (message) => {
      if (!pipe.writable) return;
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(`${toLine(message)}\n`);
    },
    finish: (text) => {
      flush();
      if (pipe.writable) pipe.end(text);
    },
    end: () => {
      flush();
      pipe.end();
    },
  };
}

const BREAKS = /[\u0085\u2028\u2029]/g;

/** JSON may hold these as they are, but line readers of many languages, Node's own among them, end a line at them. */
function toLine(message: object): string {
  return JSON.stringify(message).replace(BREAKS, (found) => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Feeds a pipe to a reader, characters never cut in half. */
export function readPipe(pipe: Readable, reader: LineReader): void {
  pipe.setEncoding("utf8");
  pipe.on("data", (chunk: string) => reader.push(chunk));
  pipe.on("end", () => reader.end());
  pipe.on("error", () => undefined);
}
