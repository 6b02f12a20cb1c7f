import { randomInt } from "node:crypto";

import { acquireInstanceLock } from "../../gateway/instance/lock.ts";
import type { Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { createIds } from "../../sessions/ids.ts";

/** A process that takes the lock of the directory it is given, says what came of it, and waits to be ended. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer: () => ({ cancel: () => {} }),
};
const boot = createIds(clock, { int: (below) => randomInt(below) }).boot();

try {
  const lock = acquireInstanceLock({
    stateDir: process.argv[2] ?? "",
    boot,
    pid: process.pid,
    version: "0.0.0-test",
    clock,
  });
  console.log(JSON.stringify({ held: true, boot, pid: process.pid }));
  process.stdin.on("end", () => lock.release()).resume();
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  console.log(JSON.stringify({ held: false, code: error.code, message: error.message }));
}
