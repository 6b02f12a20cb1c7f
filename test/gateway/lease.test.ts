import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";

import { holdLease } from "../../gateway/boot/hold-lease.ts";
import type { Engine } from "../../sessions/engine.ts";
import { createIds } from "../../sessions/ids.ts";
import { openSqliteEngine } from "../../sessions/sqlite/sqlite-engine.ts";
import { createFakeClock } from "../fakes/fake-clock.ts";
import type { FakeClock } from "../fakes/fake-clock.ts";

const log = pino({ level: "silent" });
let directory: string;
let clock: FakeClock;
let engines: Engine[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-lease-"));
  clock = createFakeClock();
  engines = [];
});
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  rmSync(directory, { recursive: true, force: true });
});

let count = 0;
async function open(): Promise<Engine> {
  const ids = createIds(clock, { int: () => (count += 1) });
  const engine = await openSqliteEngine({
    file: join(directory, "s.sqlite"),
    boot: ids.boot(),
    clock,
  });
  engines.push(engine);
  return engine;
}

it("[D14] the lease is renewed for as long as the gateway lives, however long it drains", async () => {
  const held = await holdLease({ engine: await open(), clock, log }, () => undefined);
  const other = await open();
  for (let minute = 0; minute < 10; minute += 1) {
    await clock.advance(60_000);
    expect(await other.lease("gateway", 60_000)).toBeNull();
  }
  await held.release();
  expect((await other.lease("gateway", 60_000))?.fence).toBeGreaterThan(held.fence);
});

it("[D14] a lease that another gateway took is told once, and not renewed any more", async () => {
  let losses = 0;
  await holdLease({ engine: await open(), clock, log }, () => {
    losses += 1;
  });
  const other = await open();
  // The machine slept: time passed, and no timer ran.
  clock.jump(120_000);
  expect(await other.lease("gateway", 600_000)).not.toBeNull();
  await clock.advance(90_000);
  expect(losses).toBe(1);
});

it("a store whose lease another boot holds is refused", async () => {
  await holdLease({ engine: await open(), clock, log }, () => undefined);
  await expect(
    holdLease({ engine: await open(), clock, log }, () => undefined),
  ).rejects.toMatchObject({
    code: "state_locked",
  });
});
