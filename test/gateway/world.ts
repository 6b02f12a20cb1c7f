import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";

import type { Capabilities } from "../../adapters/adapter.ts";
import { createAccess } from "../../gateway/access/access.ts";
import { openBook } from "../../gateway/access/book.ts";
import { beginBoot, endBoot } from "../../gateway/boot/life.ts";
import type { Configuration, NetworkSettings } from "../../gateway/config/configuration.ts";
import { loadConfiguration } from "../../gateway/config/load.ts";
import type { Core } from "../../gateway/core.ts";
import { createGateway } from "../../gateway/gateway.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { createNetworks } from "../../gateway/networks.ts";
import { createAsides } from "../../gateway/notices/asides.ts";
import type { Asides } from "../../gateway/notices/asides.ts";
import { createCatalogue } from "../../gateway/notices/catalogue.ts";
import type { DrainReport, DrainRequest } from "../../gateway/operations.ts";
import { openTracing } from "../../gateway/tracing/tracing.ts";
import { liveConfiguration } from "../../gateway/reload/live-configuration.ts";
import type { Probe } from "../../gateway/probe.ts";
import type { Chance } from "../../sessions/clock.ts";
import type { Engine, Unit } from "../../sessions/engine.ts";
import { createIds } from "../../sessions/ids.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import { statusOf } from "../../sessions/machine/state.ts";
import type { Session, SessionStatus } from "../../sessions/machine/state.ts";
import { openSqliteEngine } from "../../sessions/sqlite/sqlite-engine.ts";
import { createFakeClock, rest } from "../fakes/fake-clock.ts";
import type { FakeClock } from "../fakes/fake-clock.ts";
import { createFakeNetwork } from "../fakes/fake-network.ts";
import type { FakeNetwork } from "../fakes/fake-network.ts";
import { createScriptedWorker } from "../fakes/scripted-worker.ts";
import type { ScriptedOptions, ScriptedTurn, ScriptedWorker } from "../fakes/scripted-worker.ts";

/** A gateway with a real store, a network in memory, a scripted worker and a clock that moves when told. */
export interface World {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  readonly file: string;
  /** Log lines of all boots. */
  readonly lines: Record<string, unknown>[];
  /** What was committed by all boots, write by write. */
  readonly units: Unit[];
  /** A new life. `recover` defaults to whether the last one ended without a marker. */
  boot(how?: { recover?: boolean; held?: string | null }): Promise<Boot>;
  /** The present life. */
  now(): Boot;
  /** SIGKILL: nothing that the life has under way happens any more. */
  kill(): void;
  /** Drains and ends the present life, moving the clock as needed; says how the drain went. */
  end(request?: Partial<DrainRequest>): Promise<DrainReport>;
  session(chat?: string): Promise<Session>;
  status(chat?: string): Promise<SessionStatus>;
  key(chat?: string): SessionKey;
  /** The nth prompt of the present life, counted from the end (0 = the latest). */
  turn(back?: number): ScriptedTurn;
  close(): Promise<void>;
}

export interface Boot {
  readonly gateway: Gateway;
  readonly worker: ScriptedWorker;
  /** Others, by the names they were given. */
  readonly others: readonly ScriptedWorker[];
  /** Where workers speak outside of turns. */
  readonly asides: Asides;
  readonly core: Core;
}

export interface WorldOptions {
  readonly settings?: (defaults: Configuration) => Partial<Configuration>;
  readonly network?: Partial<Extract<NetworkSettings, { adapter: "local" }>>;
  readonly capabilities?: Partial<Capabilities>;
  readonly worker?: ScriptedOptions;
  /** Agents besides it; each is in the settings, as the first one is. */
  readonly others?: readonly (ScriptedOptions & { readonly name: string })[];
  /** Of every agent. */
  readonly agent?: Partial<Pick<Configuration["workers"][string], "usage" | "offered">> & {
    readonly approve?: Partial<Configuration["workers"][string]["approve"]>;
  };
  /** What a reload finds, from what counts then. */
  readonly reread?: (now: Configuration) => Configuration;
  readonly probe?: Probe;
  /** What the gateway is given in place of the real engine. */
  readonly engine?: (real: Engine) => Engine;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-world-"));
  const file = join(directory, "sluice.sqlite");
  const clock = createFakeClock();
  const chance = countingChance();
  const ids = createIds(clock, chance);
  const network = createFakeNetwork("fake", options.capabilities);
  const lines: Record<string, unknown>[] = [];
  const units: Unit[] = [];
  let life: { boot: Boot; engine: Engine; die: () => void } | null = null;
  let isClean = false;

  async function boot(how: { recover?: boolean; held?: string | null } = {}): Promise<Boot> {
    const id = ids.boot();
    const real = await openSqliteEngine({ file, boot: id, clock });
    const { engine, die } = mortal(options.engine?.(real) ?? real, units);
    const log = pino(
      { level: "debug" },
      { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    const [last] = await engine.boots(1);
    const tellReady = await beginBoot({ engine, clock, log, boot: id }, { pid: 1, last });
    const reread = async (): Promise<Configuration> =>
      options.reread?.(configuration.settings) ?? configuration.settings;
    const configuration = liveConfiguration(settingsOf(options, directory), reread);
    const { settings } = configuration;
    const core: Core = {
      engine,
      clock,
      ids,
      boot: id,
      fence: 1,
      settings,
      log,
      texts: createCatalogue(settings.notices.language, () => settings.notices.texts),
      networks: createNetworks([network.adapter()], settings),
      access: createAccess(settings, await openBook({ engine, clock, log })),
      probe: options.probe ?? (() => undefined),
    };
    const worker = createScriptedWorker(options.worker);
    const others = (options.others ?? []).map(createScriptedWorker);
    const workers = [worker, ...others];
    const asides = createAsides();
    const parts = { workers, asides, chance, configuration };
    const tracing = await openTracing(core, { chance, version: "test" });
    const gateway = createGateway(core, { ...parts, tracing, version: "test", pid: 1 });
    life = { boot: { gateway, worker, others, asides, core }, engine: real, die };
    const started = gateway.start({ recover: how.recover ?? !isClean, held: how.held ?? null });
    isClean = false;
    await clock.advance(0);
    await started;
    tellReady();
    await rest();
    return life.boot;
  }

  function now(): Boot {
    if (life === null) throw new Error("no gateway lives");
    return life.boot;
  }

  const world: World = {
    clock,
    network,
    file,
    lines,
    units,
    boot,
    now,
    kill() {
      life?.die();
      network.kill();
      void life?.engine.close();
      life = null;
    },
    async end(request = {}) {
      const { gateway } = now();
      const drain = gateway.drain({
        then: "restart",
        timeoutMs: null,
        by: "test",
        worker: null,
        ...request,
      });
      const report = await throughout(clock, drain.ended);
      await throughout(clock, gateway.stop());
      isClean = !report.timedOut;
      await endBoot(now().core, isClean ? "clean" : "planned");
      await life?.engine.close();
      life = null;
      return report;
    },
    key: (chat = "c1") => `fake:main:${chat}` as SessionKey,
    async session(chat = "c1") {
      await rest();
      const session = await now().core.engine.session(world.key(chat));
      if (session === null) throw new Error(`no session in ${chat}`);
      return session;
    },
    status: async (chat) => statusOf(await world.session(chat)),
    turn(back = 0) {
      const turn = now().worker.turns.at(-1 - back);
      if (turn === undefined) throw new Error("the worker was given no such turn");
      return turn;
    },
    async close() {
      if (life !== null) world.kill();
      await rest();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return world;
}

/** Moves the clock on until a promise settles. */
async function throughout<Result>(clock: FakeClock, promise: Promise<Result>): Promise<Result> {
  const state = { isSettled: false };
  const watched = promise.finally(() => {
    state.isSettled = true;
  });
  watched.catch(() => undefined);
  for (let step = 0; step < 10_000 && !state.isSettled; step += 1) {
    await clock.advance(50);
    // Files are written in their own time, which a busy machine stretches: then the clock must not run ahead.
    for (let turn = 0; turn < 3 && !state.isSettled; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  return watched;
}

type Call = (...given: unknown[]) => unknown;

/** An engine whose process can die: what is asked of it then is never answered. */
function mortal(engine: Engine, units: Unit[]): { engine: Engine; die: () => void } {
  let isDead = false;
  const never = new Promise<never>(() => undefined);
  const wrap =
    (member: Call): Call =>
    async (...given) => {
      if (isDead) return never;
      try {
        const value = await member.apply(engine, given);
        if (isCommitted(value)) units.push(given[0] as Unit);
        return isDead ? await never : value;
      } catch (error) {
        if (isDead) return never;
        throw error;
      }
    };
  const wrapped = Object.entries(engine).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === "function" && name !== "onReady" ? wrap(member as Call) : member,
  ]);
  return {
    engine: Object.fromEntries(wrapped) as Engine,
    die: () => {
      isDead = true;
    },
  };
}

function isCommitted(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "outcome" in value &&
    value.outcome === "committed"
  );
}

function settingsOf(options: WorldOptions, directory: string): Configuration {
  const defaults = loadConfiguration({
    file: null,
    environment: { SLUICE_STATE_DIR: directory, HOME: directory },
  });
  const local = defaults.networks["local"];
  if (local?.adapter !== "local") throw new Error("the defaults have no local chat");
  const demo = defaults.workers["demo"];
  if (demo === undefined) throw new Error("the defaults have no demo worker");
  const approve = { ...demo.approve, ...options.agent?.approve };
  const agent = { ...demo, ...options.agent, approve };
  const names = ["demo", ...(options.others ?? []).map(({ name }) => name)];
  return {
    ...defaults,
    workers: Object.fromEntries(names.map((name) => [name, agent])),
    networks: { fake: { ...local, operators: ["op"], ...options.network } },
    ...options.settings?.(defaults),
  };
}

function countingChance(): Chance {
  let count = 0;
  return {
    int(below) {
      count += 1;
      return count % below;
    },
  };
}
