import { REST } from "@discordjs/rest";
import { afterEach } from "vitest";

import type { FakeDiscord, FakeDiscordOptions } from "./fake-discord.ts";
import { startFakeDiscord } from "./start-fake-discord.ts";

const open: FakeDiscord[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A fake that ends with the test, and the real REST client on it. */
export async function fakeWithRest(
  options: FakeDiscordOptions = {},
): Promise<{ readonly discord: FakeDiscord; readonly rest: REST }> {
  const discord = await startFakeDiscord({ rateLimits: "off", ...options });
  open.push(discord);
  return { discord, rest: restOf(discord) };
}

export function restOf({ api, token }: FakeDiscord): REST {
  return new REST({ version: "10", api, retries: 0, offset: 0 }).setToken(token);
}

/** What a refused call was refused with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ readonly status: number; readonly code: number; readonly rawError?: unknown }> {
  const error: unknown = await call.then(
    () => "it was answered",
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || !("status" in error)) throw new Error(String(error));
  return error as unknown as { readonly status: number; readonly code: number };
}

export async function until(holds: () => boolean, ms = 3_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("it never came to hold");
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
