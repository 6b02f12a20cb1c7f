import { Agent } from "node:http";
import { join } from "node:path";

import { makeHouse, startGateway } from "../driver/bot.ts";
import type { Bot, House } from "../driver/bot.ts";
import { median } from "../driver/figures.ts";
import type { Ground } from "../driver/ground.ts";
import { post } from "../driver/http.ts";
import type { Row } from "../driver/row.ts";
import { pause, until } from "../driver/wait.ts";

/** A person writes all the time; for how long is nobody there who takes it? */
export async function measureRestart({ directory, counts, say }: Ground): Promise<readonly Row[]> {
  const command: number[] = [];
  const signal: number[] = [];
  const house = await makeHouse(join(directory, "restart"));
  for (let round = 0; round < counts.rounds; round += 1) {
    command.push(await byCommand(house));
    signal.push(await bySignal(house));
    say(`restart, round ${round + 1}`);
  }
  const row = (what: string, list: readonly number[]): Row => ({
    what,
    unit: "s",
    gateway: median(list) / 1000,
    bare: null,
    figure: { of: "value", most: 1 },
  });
  return [
    row("nobody takes messages during `/restart`, nothing running", command),
    row("nobody takes messages during SIGTERM and start again, nothing running", signal),
  ];
}

/** `/restart` in the chat, under our own supervisor. */
async function byCommand(house: House): Promise<number> {
  const bot = await startGateway(house, "start");
  // What ends within its first second is taken for a loop.
  await pause(1200);
  const gap = await watchGap(bot, async () => {
    const url = `${bot.url}/v1/chats/operator/messages`;
    await post({ url, token: bot.token, agent: new Agent() }, { text: "/restart" });
  });
  await bot.stop();
  return gap;
}

/** As a service manager does it. */
async function bySignal(house: House): Promise<number> {
  const bot = await startGateway(house);
  await pause(300);
  let next: Bot | null = null;
  const gap = await watchGap(bot, async () => {
    await bot.stop();
    next = await startGateway(house);
  });
  await (next as Bot | null)?.stop();
  return gap;
}

/** The longest time between two messages that were taken, ms. */
async function watchGap(bot: Bot, restart: () => Promise<void>): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const url = `${bot.url}/v1/chats/probe/messages`;
  let last = performance.now();
  let longest = 0;
  let taken = 0;
  const over = new AbortController();
  const writing = (async () => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      const status = await post({ url, token: bot.token, agent }, { text: `echo ${count}` }).catch(
        () => 0,
      );
      const now = performance.now();
      if (status === 201) {
        longest = Math.max(longest, now - last);
        last = now;
        taken += 1;
      }
      await pause(5);
    }
  })();
  await pause(200);
  longest = 0;
  await restart();
  const sofar = taken;
  await until(
    "messages to be taken again",
    () => (longest > 100 && taken > sofar + 3 ? true : null),
    { everyMs: 20, mostMs: 20_000 },
  );
  over.abort();
  await writing;
  agent.destroy();
  return longest;
}
