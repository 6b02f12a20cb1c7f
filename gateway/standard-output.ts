import { writeSync } from "node:fs";

import type { LogOutput } from "./log.ts";

const FD = 1;
const TRIES = 50;

/** Standard output, synchronously. A full pipe is waited for briefly; a reader that is gone ends no gateway. */
export const standardOutput: LogOutput = {
  isTTY: process.stdout.isTTY,
  write(text) {
    let rest = Buffer.from(text);
    for (let tries = 0; rest.length > 0 && tries < TRIES; tries += 1) {
      try {
        rest = rest.subarray(writeSync(FD, rest));
      } catch (error) {
        const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
        if (!isFull) return;
        Atomics.wait(PAUSE, 0, 0, 1);
      }
    }
  },
};

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
