import { setTimeout as pause } from "node:timers/promises";

import { createDiscordAdapter } from "../../../adapters/discord/discord-adapter.ts";
import type { Clock } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import { createRecordingHost } from "../../adapters/recording-host.ts";
import type { FakeDiscord } from "../../fakes/discord/fake-discord.ts";
import { startFakeDiscord } from "../../fakes/discord/start-fake-discord.ts";
import { until } from "../crash-world.ts";
import { createDice } from "../dice.ts";

export interface ReconnectResult {
  readonly violations: readonly string[];
  readonly resumes: number;
  readonly identifies: number;
  readonly stored: number;
  readonly ms: number;
}

/** A lost session costs an IDENTIFY; twenty are begun in an hour. */
const LOST_EVERY = 100;
/** Pauses are shorter by this; what is waited for from Discord still has a second. */
const SPEED = 20;
const CODES = [4000, 4001, 4002, 4003, 4005, 4008, 1000, 1001, 1011, 1012];

/** One adapter that Discord sends away again and again, by real sockets, while somebody talks. */
export async function runReconnects({
  count,
  seed,
}: {
  readonly count: number;
  readonly seed: number;
}): Promise<ReconnectResult> {
  const began = Date.now();
  const dice = createDice(seed);
  const discord = await startFakeDiscord({ rateLimits: "off" });
  const host = createRecordingHost();
  host.people.allowed.push(discord.home.person.id);
  const adapter = createDiscordAdapter({
    network: "discord",
    account: "main",
    token: discord.token,
    apiRoot: discord.api,
    channels: { "*": "all" },
    openThreads: false,
    backfill: { maxAgeMs: 24 * 60 * 60_000, maxMessages: 1000 },
    shards: { total: null, ids: null },
    clock: fastClock,
    chance: realChance,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const isUp = (): boolean => host.states.at(-1)?.at === "connected";
  const said: string[] = [];
  const violations: string[] = [];
  try {
    await adapter.connect(host, new AbortController().signal);
    await until(isUp);
    for (let time = 1; time <= count; time += 1) {
      const before = begun(discord);
      if (time % LOST_EVERY === 0) discord.faults.gateway.invalidate(false);
      // The library resumes on the socket that it has, and that of an IDENTIFY is on the wrong host for it.
      else sendAway(discord, dice.int(time % LOST_EVERY === 1 ? 3 : 4), dice.pick(CODES));
      said.push(`n${time}`);
      discord.people.say(discord.home.channel, `n${time}`, { author: discord.home.person });
      await until(
        () => begun(discord) > before && isUp(),
        () => `reconnect ${time}: ${JSON.stringify(host.states.slice(-3))}`,
      );
      if (dice.chance(0.1)) await pause(dice.int(20));
    }
    await until(() => host.stored.length >= said.length);
  } catch (error) {
    violations.push(textOf(error));
  } finally {
    await adapter.disconnect();
    await discord.close();
  }
  const { identifies, misuse } = discord.records;
  const lost = Math.floor(count / LOST_EVERY);
  if (host.stored.map(({ text }) => text).join(" ") !== said.join(" ")) {
    violations.push(`stored: ${host.stored.map(({ text }) => text).join(" ")}`);
  }
  if (identifies.length !== 1 + lost) violations.push(`${identifies.length} IDENTIFYs`);
  violations.push(...misuse);
  return {
    violations,
    resumes: begun(discord) - identifies.length,
    identifies: identifies.length,
    stored: host.stored.length,
    ms: Date.now() - began,
  };
}

/** How often a session was begun or gone on with. */
function begun({ records: { identifies, resumes } }: FakeDiscord): number {
  return identifies.length + resumes.filter(({ outcome }) => outcome.kind === "resumed").length;
}

function sendAway({ faults }: FakeDiscord, how: number, code: number): void {
  switch (how) {
    case 0:
      return faults.gateway.reconnect();
    case 1:
      return faults.gateway.drop();
    case 2:
      return faults.gateway.close(code);
    default:
      return faults.gateway.invalidate(true);
  }
}

const fastClock: Clock = {
  now: () => realClock.now(),
  monotonic: () => realClock.monotonic() * SPEED,
  timer: (ms, action) => realClock.timer(ms / SPEED, action),
};
