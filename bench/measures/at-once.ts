import { join } from "node:path";

import { makeHouse, startGateway } from "../driver/bot.ts";
import type { Ground } from "../driver/ground.ts";
import { openChat } from "../driver/chat.ts";
import { bodyAt } from "../driver/http.ts";
import { memoryOf, treeOf } from "../driver/process-tree.ts";
import type { Row } from "../driver/row.ts";
import { withStore } from "../driver/seed-store.ts";
import { until } from "../driver/wait.ts";

/** Very many turns at once, cut by a drain that does not wait, and found again by the next start. */
export async function measureAtOnce({ directory, counts, say }: Ground): Promise<readonly Row[]> {
  const house = await makeHouse(join(directory, "at-once"), { atOnce: 100_000, timeoutMs: 0 });
  const bot = await startGateway(house);
  const chat = await openChat(bot);
  const began = performance.now();
  const left = Array.from({ length: counts.atOnce }, (_, index) => `h${index}`).values();
  const lane = async (): Promise<void> => {
    for (const name of left) {
      const status = await chat.say(name, "hang");
      if (status !== 201) throw new Error(`the gateway answered ${status} to a message`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, lane));
  const reached = await until(
    `${counts.atOnce} running turns`,
    async () => {
      const text = await bodyAt(`${bot.healthUrl}/metrics`);
      const running = Number(/sluice_turns\{status="running"\} (\d+)/.exec(text)?.[1] ?? 0);
      return running >= counts.atOnce ? running : null;
    },
    { everyMs: 250, mostMs: 120_000 },
  );
  const reachMs = performance.now() - began;
  say(`${reached} turns run`);
  const agents = treeOf(bot.pid).filter((pid) => pid !== bot.pid);
  const memory = memoryOf(bot.pid);
  const agentMemory = agents.reduce((sum, pid) => sum + memoryOf(pid), 0);
  chat.close();

  const cutFrom = performance.now();
  await bot.stop();
  const cutMs = performance.now() - cutFrom;
  const marked = await withStore(house.directory, async (engine) => {
    const query = { statuses: ["resume_pending" as const], limit: counts.atOnce + 1, after: null };
    return (await engine.sessions(query)).items.length;
  });
  const next = await startGateway(house);
  await next.stop();

  const row = (what: string, unit: string, gateway: number): Row => ({
    what,
    unit,
    gateway,
    bare: null,
    figure: null,
  });
  const many = counts.atOnce.toLocaleString("en-US");
  return [
    {
      ...row("turns running at once", "", reached),
      figure: { of: "value", least: counts.atOnce },
    },
    row(`${many} at once: until all run, from the first message`, "s", reachMs / 1000),
    row(`${many} at once: memory of the gateway`, "MiB", memory),
    row(`${many} at once: memory of the agent's process`, "MiB", agentMemory),
    row(
      `${many} at once: all cut and the process gone, after SIGTERM without a wait`,
      "s",
      cutMs / 1000,
    ),
    {
      ...row(`${many} at once: sessions marked to continue`, "", marked),
      figure: { of: "value", least: counts.atOnce },
    },
    row(`${many} at once: the next start to ready`, "s", next.readyMs / 1000),
  ];
}
