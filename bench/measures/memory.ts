import { join } from "node:path";

import { makeHouse, startBare, startGateway } from "../driver/bot.ts";
import type { Bot } from "../driver/bot.ts";
import { openChat } from "../driver/chat.ts";
import type { Ground } from "../driver/ground.ts";
import { memoryOf, treeOf } from "../driver/process-tree.ts";
import type { Row } from "../driver/row.ts";
import { pause } from "../driver/wait.ts";

interface Memory {
  readonly idle: number;
  readonly sessions: number;
  readonly burst: number;
  readonly agents: number;
}

/** Resident memory of the bot's process; its agents apart. */
export async function measureMemory(ground: Ground): Promise<readonly Row[]> {
  const { directory, counts, say } = ground;
  const house = await makeHouse(join(directory, "mem"));
  const bareHome = join(directory, "mem-bare");
  for (let start = 0; start < counts.warmUps; start += 1) {
    await (await startGateway(house)).stop();
    await (await startBare(bareHome)).stop();
  }
  const gateway = await watch(await startGateway(house), ground);
  const bare = await watch(await startBare(bareHome), ground);
  say("memory");
  const many = `${counts.sessions.toLocaleString("en-US")} sessions`;
  const row = (what: string, of: (one: Memory) => number, figure: Row["figure"] = null): Row => ({
    what,
    unit: "MiB",
    gateway: of(gateway),
    bare: of(bare),
    figure,
  });
  return [
    row("memory, idle", (one) => one.idle, { of: "ratio", most: 1.5 }),
    row(`memory that ${many} added, one message each`, (one) => one.sessions - one.idle, {
      of: "value",
      most: 30,
    }),
    row("memory after a burst besides", (one) => one.burst),
    row("memory of the agent's process", (one) => one.agents),
  ];
}

async function watch(bot: Bot, { counts }: Ground): Promise<Memory> {
  const chat = await openChat(bot);
  await pause(counts.settleMs);
  const idle = memoryOf(bot.pid);
  const names = Array.from({ length: counts.sessions }, (_, index) => `m${index}`);
  await talk(names, 8);
  await pause(counts.settleMs);
  const sessions = memoryOf(bot.pid);
  const again = Array.from({ length: counts.burst }, (_, index) => `m${index % counts.chats}`);
  await talk(again, counts.burst);
  await pause(counts.settleMs);
  const burst = memoryOf(bot.pid);
  const agents = treeOf(bot.pid)
    .filter((pid) => pid !== bot.pid)
    .reduce((sum, pid) => sum + memoryOf(pid), 0);
  chat.close();
  await bot.stop();
  return { idle, sessions, burst, agents };

  async function talk(chats: readonly string[], atOnce: number): Promise<void> {
    const left = chats.entries();
    const lane = async (): Promise<void> => {
      for (const [index, name] of left) {
        const token = `${name}-${index}-${chats.length}-${atOnce}`;
        const answered = chat.answer(token);
        await chat.echo(name, token);
        await answered;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }
}
