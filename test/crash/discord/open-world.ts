import { vi } from "vitest";
import type { TestContext } from "vitest";

import { createDiscordWorld } from "./discord-world.ts";
import type { DiscordWorld, DiscordWorldOptions } from "./discord-world.ts";

// Real processes share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 30_000 });

/** A world for one test, which also fails it when a token was written anywhere. */
export async function openWorld(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  options: DiscordWorldOptions = {},
): Promise<DiscordWorld> {
  const world = await createDiscordWorld(options);
  onTestFinished(() => world.close());
  return world;
}
