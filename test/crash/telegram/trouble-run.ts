import { setTimeout as pause } from "node:timers/promises";

import { Api } from "grammy";

import { until } from "../crash-world.ts";
import { remains, settled } from "./batch-run.ts";
import { createTelegramWorld } from "./telegram-world.ts";
import type { TelegramWorld } from "./telegram-world.ts";
import { judge } from "../verdict.ts";

export interface TroubleResult {
  readonly violations: readonly string[];
  /** From the end of the trouble to the last answer. */
  readonly backMs: number;
  readonly labelled: number;
}

/** What happens to Telegram, or beside us, while people talk. Resolves when it is over. */
export type Trouble = (world: TelegramWorld, meanwhile: () => Promise<void>) => Promise<void>;

const CHATS = 20;

/** 100 messages in 20 chats: before, during and after a trouble, with a SIGKILL in its middle when told so. */
export async function runTrouble(
  trouble: Trouble,
  options: { readonly isKilled: boolean },
): Promise<TroubleResult> {
  const world = await createTelegramWorld();
  try {
    const chats = Array.from({ length: CHATS }, (_, index) => world.chat(`person ${index}`));
    let round = 0;
    const speak = (): void => {
      round += 1;
      for (const [index, chat] of chats.entries()) chat.say(`echo ${round} of ${index}`);
    };
    let life = await world.bootReady();
    speak();
    await until(() => world.bot.pending.length === 0);
    await trouble(world, async () => {
      speak();
      if (options.isKilled) {
        await life.end("SIGKILL");
        life = world.boot();
      }
      speak();
    });
    const overAt = Date.now();
    speak();
    speak();
    const unsettled = await settled(world);
    const backMs = Date.now() - overAt;
    const end = await life.end("SIGTERM");
    const { violations, labelled } = judge(world.conversations());
    const all = [...unsettled, ...violations, ...remains(world)];
    if (end !== 0) all.push(`the stop ended with ${String(end)}`);
    if (all.length > 0) all.push(world.log());
    return { violations: all, backMs, labelled };
  } finally {
    await world.close();
  }
}

/** Nobody listens at Telegram's address. */
export function outage(ms: number): Trouble {
  return async ({ fake }, meanwhile) => {
    await fake.faults.outage("refuse");
    await pause(ms / 2);
    await meanwhile();
    await pause(ms / 2);
    await fake.faults.restore();
  };
}

/** Another process asks for the same bot's updates again and again, and confirms none: what it takes is not gone. */
export function rival(ms: number): Trouble {
  return async ({ fake, bot }, meanwhile) => {
    const other = new Api(bot.token, { apiRoot: fake.url });
    const endAt = Date.now() + ms;
    let conflicts = 0;
    const polling = (async () => {
      while (Date.now() < endAt) {
        await other.getUpdates({ timeout: 1 }).catch(() => {
          conflicts += 1;
        });
        await pause(50);
      }
    })();
    await pause(ms / 2);
    await meanwhile();
    await polling;
    const met = fake.callsOf("getUpdates").filter(({ outcome }) => outcome === 409).length;
    if (met + conflicts === 0) throw new Error("the two pollers never met");
  };
}

/** A poll that is never answered; over when another one is made. */
export function blackHole(withinMs: number): Trouble {
  return async ({ fake, bot }, meanwhile) => {
    fake.faults.blackHole("getUpdates", 1);
    // The poll that waits now is answered; the next one is not.
    const polls = fake.callsOf("getUpdates").length;
    await meanwhile();
    await until(() => fake.callsOf("getUpdates").length > polls);
    const fellAt = Date.now();
    await until(
      () => bot.pending.length === 0,
      () => "the silence was not noticed",
      withinMs + 5000,
    );
    const noticedMs = Date.now() - fellAt;
    if (noticedMs > withinMs) throw new Error(`noticed after ${noticedMs} ms`);
  };
}
