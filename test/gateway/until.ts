import { setTimeout as pause } from "node:timers/promises";

import type { World } from "./world.ts";

/** Files are moved by real threads, which the fake clock does not wait for: polls, moving the clock by `stepMs`. */
export async function until(
  world: World,
  check: () => boolean | Promise<boolean>,
  stepMs = 0,
): Promise<void> {
  for (let round = 0; round < 800; round += 1) {
    await world.clock.advance(stepMs);
    if (await check()) return;
    await pause(2);
  }
  throw new Error(`never came true: ${check.toString()}`);
}
