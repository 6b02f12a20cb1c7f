import { join } from "node:path";

import { makeHouse, startBare, startGateway } from "../driver/bot.ts";
import type { Bot } from "../driver/bot.ts";
import { openChat } from "../driver/chat.ts";
import type { Chat } from "../driver/chat.ts";
import { median, quantile } from "../driver/figures.ts";
import type { Ground } from "../driver/ground.ts";
import { cpuOf, treeOf } from "../driver/process-tree.ts";
import type { Row } from "../driver/row.ts";

interface Talker {
  readonly bot: Bot;
  readonly chat: Chat;
  readonly tripMs: number[];
  /** CPU time of one message, ms: of the bot with its agents, and of its own process. */
  readonly treeMs: number[];
  readonly ownMs: number[];
  readonly pipelinedRate: number[];
  readonly burstRate: number[];
  readonly burstMs: number[];
  readonly burstTreeMs: number[];
}

let counter = 0;
const nextToken = (): string => {
  counter += 1;
  return `t${counter}`;
};

/** Messages and answers: one after the other, several under way, and a burst; round by round, by turns. */
export async function measureTalk({ directory, counts, say }: Ground): Promise<readonly Row[]> {
  const gateway = await talker(await startGateway(await makeHouse(join(directory, "talk"))));
  const bare = await talker(await startBare(join(directory, "talk-bare")));
  const both = [gateway, bare];
  for (const one of both) await trips(one, Math.ceil(counts.trips / 10), "warm");
  for (const one of both) reset(one);
  for (let round = 0; round < counts.rounds; round += 1) {
    for (const one of both) await trips(one, Math.ceil(counts.trips / counts.rounds), "steady");
    for (const one of both) await pipelined(one, counts);
    for (const one of both) await burst(one, counts);
    say(`talk, round ${round + 1}`);
  }
  for (const one of both) {
    one.chat.close();
    await one.bot.stop();
  }
  return rows(gateway, bare, counts);
}

async function talker(bot: Bot): Promise<Talker> {
  const chat = await openChat(bot);
  const lists = { tripMs: [], treeMs: [], ownMs: [], pipelinedRate: [] };
  return { bot, chat, ...lists, burstRate: [], burstMs: [], burstTreeMs: [] };
}

function reset(one: Talker): void {
  one.tripMs.length = 0;
  one.treeMs.length = 0;
  one.ownMs.length = 0;
}

/** One message after the other in one conversation. */
async function trips(one: Talker, count: number, chatName: string): Promise<void> {
  const { bot, chat } = one;
  const tree = treeOf(bot.pid);
  const before = { tree: cpuOf(tree), own: cpuOf([bot.pid]) };
  for (let trip = 0; trip < count; trip += 1) one.tripMs.push(await roundTrip(chat, chatName));
  one.treeMs.push((cpuOf(tree) - before.tree) / count);
  one.ownMs.push((cpuOf([bot.pid]) - before.own) / count);
}

async function roundTrip(chat: Chat, name: string): Promise<number> {
  const token = nextToken();
  const began = performance.now();
  const answered = chat.answer(token);
  await chat.echo(name, token);
  await answered;
  return performance.now() - began;
}

/** Five messages under way in each chat, all the time. */
async function pipelined(one: Talker, counts: Ground["counts"]): Promise<void> {
  let left = counts.pipelined;
  const lane = async (name: string): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await roundTrip(one.chat, name);
    }
  };
  const began = performance.now();
  const names = Array.from({ length: counts.chats * 5 }, (_, index) => `p${index % counts.chats}`);
  await Promise.all(names.map(lane));
  one.pipelinedRate.push(counts.pipelined / ((performance.now() - began) / 1000));
}

/** All at once. */
async function burst(one: Talker, counts: Ground["counts"]): Promise<void> {
  const tree = treeOf(one.bot.pid);
  const before = cpuOf(tree);
  const began = performance.now();
  await Promise.all(
    Array.from({ length: counts.burst }, (_, index) =>
      roundTrip(one.chat, `b${index % counts.chats}`),
    ),
  );
  const tookMs = performance.now() - began;
  one.burstMs.push(tookMs);
  one.burstRate.push(counts.burst / (tookMs / 1000));
  one.burstTreeMs.push((cpuOf(tree) - before) / counts.burst);
}

function rows(gateway: Talker, bare: Talker, counts: Ground["counts"]): readonly Row[] {
  const row = (
    what: string,
    unit: string,
    of: (one: Talker) => number,
    figure: Row["figure"] = null,
  ): Row => ({ what, unit, gateway: of(gateway), bare: of(bare), figure });
  const burstOf = `burst of ${counts.burst.toLocaleString("en-US")} messages over ${counts.chats} chats`;
  return [
    row("round trip of one message, p50", "ms", (one) => median(one.tripMs), {
      of: "ratio",
      most: 1.5,
    }),
    {
      what: "what the gateway adds to a round trip, p50",
      unit: "ms",
      gateway: median(gateway.tripMs) - median(bare.tripMs),
      bare: null,
      figure: null,
    },
    row("round trip of one message, p99", "ms", (one) => quantile(one.tripMs, 0.99)),
    row("CPU per message, one after the other, with agents", "ms", (one) => median(one.treeMs), {
      of: "ratio",
      most: 2,
    }),
    row("CPU per message, the bot's own process", "ms", (one) => median(one.ownMs)),
    row(`throughput, ${counts.chats} chats with 5 messages under way each`, "/s", (one) =>
      median(one.pipelinedRate),
    ),
    row(`${burstOf}, time to the last answer`, "ms", (one) => median(one.burstMs)),
    row(`${burstOf}, rate`, "/s", (one) => median(one.burstRate), { of: "ratio", least: 0.6 }),
    row("CPU per message in the burst, with agents", "ms", (one) => median(one.burstTreeMs)),
  ];
}
