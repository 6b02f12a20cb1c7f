import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { cleanFiles } from "../../gateway/files/clean.ts";
import type { TurnId } from "../../sessions/ids.ts";
import { until } from "./until.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

let world: World;
let desk: string;

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const LIMIT = 1000;

beforeEach(async () => {
  desk = mkdtempSync(join(tmpdir(), "sluice-desk-"));
  writeFileSync(join(desk, "a.txt"), "for you");
  world = await createWorld({ capabilities: { sendFileLimit: LIMIT, fetchFileLimit: LIMIT } });
  world.network.files.set("cat", "meow");
  await world.boot();
});

afterEach(async () => {
  await world.close();
  rmSync(desk, { recursive: true, force: true });
});

/** A turn with a file in each direction. */
async function exchange(): Promise<TurnId> {
  const before = world.now().worker.turns.length;
  const attachments = [
    { kind: "photo", ref: "cat", name: "cat.jpg", mime: "", size: null },
  ] as const;
  await world.network.say("c1", "here", { attachments });
  await until(world, () => world.now().worker.turns.length > before);
  const { given } = world.turn();
  world
    .turn()
    .say(
      { type: "accepted" },
      { type: "file", path: join(desk, "a.txt"), name: "", mime: "" },
      { type: "completed", reason: "end_turn" },
    );
  await until(world, async () => (await world.status()) === "idle", 1);
  return given.turn;
}

const place = (side: "in" | "out") => join(world.now().core.settings.stateDir, "files", side);

/** As each boot and each hour does it, when no worker runs. */
const clean = (): Promise<number> => cleanFiles(world.now().core, new Map());

function kept(): readonly string[] {
  return (["in", "out"] as const).flatMap((side) =>
    existsSync(place(side)) ? readdirSync(place(side)).map((turn) => `${side} ${turn}`) : [],
  );
}

it("files go when they are older than their retention, and not before", async () => {
  const turn = await exchange();
  await until(world, () => world.network.shown.length === 1, 10);
  world.clock.jump(7 * DAY - HOUR);
  expect(await clean()).toBe(0);
  expect(kept()).toEqual([`in ${turn}`, `out ${turn}`]);
  world.clock.jump(2 * HOUR);
  expect(await clean()).toBe(2);
  expect(kept()).toEqual([]);
});

it("each hour old files go, and those of a turn that runs stay, however old it is", async () => {
  const old = await exchange();
  world.clock.jump(30 * DAY);
  const attachments = [
    { kind: "photo", ref: "cat", name: "cat.jpg", mime: "", size: null },
  ] as const;
  await world.network.say("c1", "here", { attachments });
  await until(world, () => world.now().worker.turns.length === 2);
  const { turn } = world.turn().given;
  world.turn().accept();
  world.clock.jump(30 * DAY);
  expect(kept()).toContain(`in ${old}`);
  for (let minutes = 0; minutes < 62; minutes += 8) {
    world.turn().say({ type: "ping" });
    await world.clock.advance(8 * 60_000);
  }
  await until(world, () => kept().length === 1);
  expect(kept()).toEqual([`in ${turn}`]);
});

it("a file whose message is not sent stays, also when it was given up", async () => {
  world.network.cut();
  const turn = await exchange();
  world.clock.jump(30 * DAY);
  expect(await clean()).toBe(1);
  expect(kept()).toEqual([`out ${turn}`]);
  const [row] = await world.now().core.engine.outbox({ states: ["pending"], after: 0, limit: 9 });
  if (row === undefined) throw new Error("nothing is pending");
  const dead = { ...row, state: "dead", settledAt: 0 } as const;
  await world.now().core.engine.commit({ outbox: [dead] });
  expect(await clean()).toBe(0);
  await world.now().gateway.operations.drop(row.id);
  expect(await clean()).toBe(1);
});

it("a boot takes what a crash left without an owner, and nothing else", async () => {
  const turn = await exchange();
  await until(world, () => world.network.shown.length === 1, 10);
  const orphan = join(place("out"), "trn_orphan", "1-1");
  mkdirSync(orphan, { recursive: true });
  writeFileSync(join(orphan, "a.txt"), "half");
  world.kill();
  await world.boot();
  await until(world, () => !kept().includes("out trn_orphan"));
  expect(kept()).toEqual([`in ${turn}`, `out ${turn}`]);
});

it("files of a turn that a dead boot left open wait for its repair", async () => {
  world.now().worker.answerWith = () => [
    { type: "accepted" },
    { type: "file", path: join(desk, "a.txt"), name: "", mime: "" },
    { type: "ping" },
  ];
  await world.network.say("c1", "here");
  await until(
    world,
    () =>
      existsSync(place("out")) &&
      readdirSync(place("out"), { recursive: true, encoding: "utf8" }).some((name) =>
        name.endsWith(".json"),
      ),
  );
  await world.clock.advance(10);
  world.kill();
  await world.boot({ recover: false });
  expect(await clean()).toBe(0);
  expect(kept()).toEqual([expect.stringMatching(/^out trn_/)]);
  await world.network.say("c1", "go on");
  await until(world, () => world.network.shown.some(({ file }) => file?.text === "for you"), 10);
});

it("forgetting a session removes its files, but those that are still to be sent", async () => {
  const sent = await exchange();
  await until(world, () => world.network.shown.length === 1, 10);
  world.network.cut();
  const unsent = await exchange();
  expect(kept().toSorted()).toEqual(
    [sent, unsent].flatMap((turn) => [`in ${turn}`, `out ${turn}`]).toSorted(),
  );
  expect(await world.now().gateway.operations.forget(world.key())).toBe(true);
  expect(kept()).toEqual([`out ${unsent}`]);
  world.network.connect();
  await until(world, () => world.network.shown.length === 2, 10);
  expect(await clean()).toBe(1);
});
