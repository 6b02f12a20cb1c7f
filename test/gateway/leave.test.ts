import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { leave } from "../../gateway/leave.ts";
import type { DrainReport } from "../../gateway/operations.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

const REPORT: DrainReport = {
  phase: "drained",
  then: "stop",
  elapsedMs: 0,
  remainingMs: 0,
  waitingFor: [],
  cut: [],
  requeued: [],
  undelivered: 0,
  timedOut: false,
};

/** Leaves, and says whether it left the marker and what the store knows of the end. */
async function left(report: Partial<DrainReport> = {}) {
  const { core } = world.now();
  const { exitCode } = await leave(core, { ...REPORT, ...report });
  const hasMarker = existsSync(join(dirname(world.file), ".clean_shutdown"));
  world.kill();
  await world.boot();
  const [, last] = await world.now().core.engine.boots(2);
  return { exitCode, hasMarker, ended: last?.ended };
}

async function running(options: WorldOptions = {}) {
  world = await createWorld(options);
  await world.boot();
  await world.network.say("c1", "hello");
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  return world.turn();
}

it("[C01] the marker is left when nothing runs and nothing is being sent, with the exit code of what was asked", async () => {
  const turn = await running();
  turn.finish("hi");
  await world.clock.advance(100);
  expect(await left()).toEqual({ exitCode: 0, hasMarker: true, ended: "clean" });
  expect(await left({ then: "restart" })).toMatchObject({ exitCode: 75, hasMarker: true });
});

it("[C01] a turn that waits for a person is settled enough for the marker", async () => {
  const turn = await running();
  turn.say({ type: "ask", id: "a", title: "May I?", detail: "", fingerprint: "f" });
  await world.clock.advance(100);
  expect(await left()).toMatchObject({ hasMarker: true, ended: "clean" });
});

it("[C01] no marker is left by a drain that timed out, although all is settled", async () => {
  const turn = await running();
  turn.finish("hi");
  await world.clock.advance(100);
  expect(await left({ timedOut: true, then: "restart" })).toEqual({
    exitCode: 75,
    hasMarker: false,
    ended: "planned",
  });
});

it("[C01] no marker is left when a turn is open", async () => {
  await running();
  expect(await left()).toEqual({ exitCode: 0, hasMarker: false, ended: "planned" });
});

it("[C01] no marker is left when a send has begun and no answer came", async () => {
  const turn = await running();
  world.network.answers.push({ outcome: "black_hole" });
  turn.finish("hi");
  await world.clock.advance(100);
  expect(await left()).toMatchObject({ hasMarker: false, ended: "planned" });
});
