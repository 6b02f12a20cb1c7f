import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";
import { afterEach, expect, it } from "vitest";

import { createAccess } from "../../gateway/access/access.ts";
import { openBook } from "../../gateway/access/book.ts";
import { loadConfiguration } from "../../gateway/config/load.ts";
import { createGateway } from "../../gateway/gateway.ts";
import { liveConfiguration } from "../../gateway/reload/live-configuration.ts";
import { createNetworks } from "../../gateway/networks.ts";
import { createAsides } from "../../gateway/notices/asides.ts";
import { createCatalogue } from "../../gateway/notices/catalogue.ts";
import { createIds } from "../../sessions/ids.ts";
import type { BootId, SessionKey } from "../../sessions/ids.ts";
import { realChance, realClock } from "../../sessions/real-time.ts";
import { openSqliteEngine } from "../../sessions/sqlite/sqlite-engine.ts";
import { createDemoWorker } from "../../workers/demo/demo-worker.ts";
import { createFakeNetwork } from "../fakes/fake-network.ts";
import { bareEnvironment, createLedger, createTestLog, until } from "../workers/ledger.ts";

const SESSIONS = 100;
const TURNS = 5;
const PROCESSES = 4;

let clean = async (): Promise<void> => undefined;
afterEach(() => clean());

/** A gateway over a real store, with real processes of the demo agent and the machine's own time. */
async function start() {
  const directory = mkdtempSync(join(tmpdir(), "sluice-many-"));
  const defaults = loadConfiguration({
    file: null,
    environment: { SLUICE_STATE_DIR: directory, HOME: directory },
  });
  const { local } = defaults.networks;
  if (local === undefined) throw new Error("the defaults have no local chat");
  const settings = { ...defaults, networks: { fake: local } };
  const boot = "boot_many" as BootId;
  const clock = realClock;
  const engine = await openSqliteEngine({ file: join(directory, "s.sqlite"), boot, clock });
  const log = pino({ level: "silent" });
  const network = createFakeNetwork("fake");
  const ledger = createLedger();
  const worker = createDemoWorker({
    host: ledger,
    clock,
    environment: bareEnvironment,
    maxProcesses: PROCESSES,
    wordMs: 0,
    log: createTestLog(),
  });
  const core = {
    engine,
    clock,
    ids: createIds(clock, realChance),
    boot,
    fence: 1,
    settings,
    log,
    texts: createCatalogue("en", {}),
    networks: createNetworks([network.adapter()], settings),
    access: createAccess(settings, await openBook({ engine, clock, log })),
    probe: () => undefined,
  };
  const configuration = liveConfiguration(settings, async () => settings);
  const parts = { workers: [worker], asides: createAsides(), chance: realChance, configuration };
  const gateway = createGateway(core, { ...parts, version: "test", pid: 1 });
  clean = async () => {
    await gateway.stop();
    await engine.close();
    await ledger.killAll();
    rmSync(directory, { recursive: true, force: true });
  };
  await gateway.start({ recover: false, held: null });
  return { gateway, network, worker, ledger, engine };
}

it("[W11] [B01] 100 sessions with 5 turns each share 4 processes: in order, fairly, and nothing is left behind", async () => {
  const { gateway, network, worker, ledger, engine } = await start();
  const chats = Array.from({ length: SESSIONS }, (_, index) => `c${index}`);
  const before = process.memoryUsage().rss;
  // All at once: every queue is full before the first turn ends.
  for (let turn = 1; turn <= TURNS; turn += 1) {
    await network.deliver(chats.map((chat) => network.inbound(chat, `say${turn}`)));
  }
  await until("all are answered", () => network.shown.length >= SESSIONS * TURNS, 40_000);

  for (const chat of chats) {
    const said = network.texts(chat).map((text) => /say\d/.exec(text)?.[0]);
    expect(said).toEqual(["say1", "say2", "say3", "say4", "say5"]);
  }
  // Fair: the last session had its first answer before the first third had their last.
  const at = (chat: string, turn: number): number =>
    network.shown.findIndex((one) => one.chat === chat && one.text.includes(`say${turn}`));
  const latestFirst = Math.max(...chats.map((chat) => at(chat, 1)));
  const doneBefore = chats.filter((chat) => at(chat, TURNS) < latestFirst).length;
  expect(doneBefore).toBeLessThan(SESSIONS / 3);

  expect(ledger.history.length).toBeLessThanOrEqual(PROCESSES);
  const status = await gateway.operations.status();
  expect(status.workers).toMatchObject([{ name: "demo", processes: PROCESSES }]);
  if (process.platform === "linux") expect(status.workers[0]?.memoryBytes).toBeGreaterThan(10e6);
  expect(status).toMatchObject({ queued: 0, deadLetters: 0, turns: { running: 0, starting: 0 } });
  expect(await engine.openTurns()).toEqual([]);
  for (const chat of chats) {
    expect(await engine.session(`fake:main:${chat}` as SessionKey)).toMatchObject({ turns: TURNS });
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);

  await gateway.stop();
  expect(worker.processes()).toEqual([]);
  expect(await ledger.alive()).toEqual([]);
  expect([...ledger.rows.keys()]).toEqual([]);
}, 60_000);
