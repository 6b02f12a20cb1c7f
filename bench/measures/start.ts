import { join } from "node:path";

import { makeHouse, startBare, startGateway } from "../driver/bot.ts";
import type { House } from "../driver/bot.ts";
import { median } from "../driver/figures.ts";
import type { Ground } from "../driver/ground.ts";
import type { Row } from "../driver/row.ts";
import { seedQueue, seedSessions, withStore } from "../driver/seed-store.ts";

/** From the start of the process to its first yes at `/readyz`. */
export async function measureStart({ directory, counts, say }: Ground): Promise<readonly Row[]> {
  const few = await seeded(join(directory, "few"), counts.sessionsFew);
  say(`seeding ${counts.sessionsMany} sessions`);
  const many = await seeded(join(directory, "many"), counts.sessionsMany);
  const bare = join(directory, "bare");
  for (let start = 0; start < counts.warmUps; start += 1) {
    await once(few);
    await onceBare(bare);
  }

  const times = { few: [0], many: [0], queued: [0], bare: [0] };
  for (const list of Object.values(times)) list.pop();
  for (let round = 0; round < counts.rounds; round += 1) {
    times.few.push(await once(few));
    times.bare.push(await onceBare(bare));
    times.many.push(await once(many));
    await withStore(many.directory, (engine) => seedQueue(engine, counts.queued));
    times.queued.push(await once(many));
    say(`start, round ${round + 1}`);
  }
  const row = (what: string, list: readonly number[], most: number | null): Row => ({
    what,
    unit: "s",
    gateway: median(list) / 1000,
    bare: median(times.bare) / 1000,
    figure: most === null ? null : { of: "value", most },
  });
  const many1 = `${counts.sessionsMany.toLocaleString("en-US")} stored sessions`;
  return [
    row(`start to ready, ${counts.sessionsFew} stored sessions`, times.few, 0.5),
    row(`start to ready, ${many1}`, times.many, 0.6),
    row(`start to ready, ${many1}, a message waits in ${counts.queued}`, times.queued, null),
  ];
}

async function seeded(directory: string, count: number): Promise<House> {
  const house = await makeHouse(directory);
  await withStore(directory, (engine) => seedSessions(engine, count));
  return house;
}

async function once(house: House): Promise<number> {
  const bot = await startGateway(house);
  await bot.stop();
  return bot.readyMs;
}

async function onceBare(directory: string): Promise<number> {
  const bot = await startBare(directory);
  await bot.stop();
  return bot.readyMs;
}
