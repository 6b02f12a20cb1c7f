import { recoverTurns } from "./boot/recover.ts";
import { aborted, createChannels } from "./channels.ts";
import { commandHooks } from "./commands/hooks.ts";
import { performPending } from "./commands/perform.ts";
import type { Core } from "./core.ts";
import { startDrain } from "./drain/drain.ts";
import type { Drain } from "./drain/drain.ts";
import { drainTimeout } from "./drain/deadline.ts";
import { createEars } from "./ears.ts";
import { createOperations } from "./operate.ts";
import { createRooms, type RoomParts } from "./rooms.ts";
import type { DrainReport, DrainRequest, GatewayPhase, Operations } from "./operations.ts";

/** The running gateway, over an open store and a held lock. */
export interface Gateway {
  readonly operations: Operations;
  phase(): GatewayPhase;
  held(): string | null;
  /** `recover`: the last boot left no marker. `held`: why the channels stay closed, or null. */
  start(how: { readonly recover: boolean; readonly held: string | null }): Promise<void>;
  /** A second call returns the first one's drain. */
  drain(request: DrainRequest): Drain;
  /** Resolves when a drain that ends the process has ended. */
  readonly drained: Promise<DrainReport>;
  /** Leaves the networks and ends the workers; aborts a start under way. Idempotent. */
  stop(): Promise<void>;
}

export interface GatewayParts extends RoomParts {
  readonly version: string;
  readonly pid: number;
}

export function createGateway(bare: Core, parts: GatewayParts): Gateway {
  const rooms = createRooms(bare, parts);
  const { core, desk, runner, delivery, admission, auto, notices, watch, pool, tracing } = rooms;
  const hooks = commandHooks({ ...rooms, drain: beginDrain, isDraining, isLeaving });
  const channels = createChannels(core, createEars({ ...rooms, hooks }));

  const began = core.clock.monotonic();
  const starting = new AbortController();
  const ended = Promise.withResolvers<DrainReport>();
  let phase: GatewayPhase = "starting";
  let held: string | null = null;
  let recovered: number | null = null;
  let current: Drain | null = null;
  let stopped: Promise<void> | null = null;

  function isDraining(): boolean {
    return phase === "draining" || phase === "drained";
  }

  function isLeaving(): boolean {
    return isDraining() && current?.request.then !== "stay";
  }

  function beginDrain(request: DrainRequest): Drain {
    // A drain that stays may be followed by one that leaves; they wait for the same turns.
    if (current && (isLeaving() || (isDraining() && request.then === "stay"))) return current;
    const didTimeOut = current?.giveWay() ?? false;
    phase = "draining";
    starting.abort();
    auto.close();
    const timeoutMs = drainTimeout(core, request);
    const drain = startDrain(rooms, request, { timeoutMs, didTimeOut });
    current = drain;
    void drain.ended.then((report) => {
      if (report.phase === "cancelled" || current !== drain) return;
      phase = "drained";
      if (request.then !== "stay") ended.resolve(report);
    });
    return drain;
  }

  async function undrain(): Promise<Drain | null> {
    if (held !== null) await letGo();
    if (current?.cancel() === true) {
      phase = "running";
      auto.open();
      await performPending({ core, desk, lives: runner.live, hooks });
    }
    return current;
  }

  /** Messages flow, and what waited for this boot begins. */
  async function letGo(): Promise<void> {
    await delivery.load();
    await channels.connect(starting.signal);
    held = null;
    await notices.up();
    if (isDraining()) return;
    for (const { key } of await core.engine.waiting()) admission.wake(key);
    await performPending({ core, desk, lives: runner.live, hooks });
    // One of those commands may have been the restart.
    if (isDraining()) return;
    phase = "running";
    admission.open();
    auto.open();
    await auto.scan();
  }

  return {
    phase: () => phase,
    held: () => held,
    drained: ended.promise,
    drain: beginDrain,
    async start(how) {
      core.probe("starting");
      if (how.recover) {
        recovered = 0;
        // Not waited for: a session that is read before its turn is recovered recovers it itself.
        void recoverTurns(core, desk, tracing).then((count) => (recovered = count));
      }
      watch.start();
      held = how.held;
      if (held === null) await letGo();
      else phase = "running";
      if (starting.signal.aborted && !isDraining()) throw aborted();
    },
    stop() {
      starting.abort();
      stopped ??= (async () => {
        // What the store still refuses is left to the next boot.
        for (const one of runner.live.values()) one.abort.abort();
        await watch.stop();
        await channels.disconnect();
        await delivery.stop();
        await pool.close(1000);
        await rooms.settled();
        phase = "stopped";
      })();
      return stopped;
    },
    operations: createOperations({
      ...rooms,
      self: () => ({
        phase,
        held,
        recovered,
        version: parts.version,
        pid: parts.pid,
        upMs: Math.round(core.clock.monotonic() - began),
        drain: current?.report() ?? null,
      }),
      drain: () => current,
      beginDrain,
      undrain,
    }),
  };
}
