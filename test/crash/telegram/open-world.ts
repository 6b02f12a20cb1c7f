import { vi } from "vitest";
import type { TestContext } from "vitest";

import { createTelegramWorld } from "./telegram-world.ts";
import type { TelegramWorld, TelegramWorldOptions } from "./telegram-world.ts";

// Real processes share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

/** A world for one test, which also fails it when a token was written anywhere. */
export async function openWorld(
  test: Pick<TestContext, "onTestFinished">,
  options: TelegramWorldOptions = {},
): Promise<TelegramWorld> {
  const world = await createTelegramWorld(options);
  test.onTestFinished(() => world.close());
  return world;
}
