import { sleep } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import type { Address } from "../../sessions/message.ts";
import type { Admission } from "../admission.ts";
import type { Core } from "../core.ts";
import type { Delivery } from "../deliver/delivery.ts";
import type { Applied, Desk } from "../dispatch.ts";
import { addressOf } from "../networks.ts";
import type { Notices } from "../notices/notices.ts";
import type { DrainReport, DrainRequest } from "../operations.ts";
import { RESTART_ASKER } from "../resume/note-for.ts";
import { turnWrites } from "../turns/leave.ts";
import type { Tracing } from "../tracing/tracing.ts";
import type { Runner } from "../turns/runner.ts";
import { recordDrain } from "./drain-record.ts";
import { turnsAtWork } from "./waited.ts";

/** One drain: no new turn, messages are stored, running turns may end; then what still runs is cut. */
export interface Drain {
  readonly request: DrainRequest;
  report(): DrainReport;
  /** Goes on as if nothing had happened. False: too late, turns are being cut or the gateway leaves. */
  cancel(): boolean;
  /** Another drain takes over: from here this one waits for nothing and cuts nothing. True when it stands and had cut turns. */
  giveWay(): boolean;
  /** Does not wait any longer. */
  hasten(): void;
  /** Resolves when the gateway is drained, or the drain was called off. */
  readonly ended: Promise<DrainReport>;
}

export interface DrainParts {
  readonly core: Core;
  readonly desk: Desk;
  readonly runner: Runner;
  readonly admission: Admission;
  readonly delivery: Delivery;
  readonly notices: Notices;
  readonly tracing: Tracing | null;
}

const TICK_MS = 50;
/** What a worker that was cut has to say its last word, ms. */
const LAST_WORD_MS = 500;

/** `didTimeOut`: the drain that this one takes over from had. */
export function startDrain(
  parts: DrainParts,
  request: DrainRequest,
  how: { readonly timeoutMs: number; readonly didTimeOut: boolean },
): Drain {
  const { timeoutMs } = how;
  const { core, desk, runner, admission, delivery, notices, tracing } = parts;
  const began = core.clock.monotonic();
  const deadline = began + timeoutMs;
  const waiting = new AbortController();
  const cut: SessionKey[] = [];
  const requeued: SessionKey[] = [];
  const record = recordDrain(core, request);
  let phase: DrainReport["phase"] = "waiting";
  let { didTimeOut } = how;

  function report(): DrainReport {
    const now = core.clock.monotonic();
    return {
      phase,
      then: request.then,
      elapsedMs: Math.round(now - began),
      remainingMs: phase === "waiting" ? Math.max(0, Math.round(deadline - now)) : 0,
      waitingFor: phase === "waiting" ? turnsAtWork(core, desk, runner.live).waitFor : [],
      cut,
      requeued,
      undelivered: delivery.undelivered(),
      timedOut: didTimeOut,
    };
  }

  async function run(): Promise<DrainReport> {
    core.probe("drain_began");
    core.log.info({ then: request.then, by: request.by, timeoutMs }, "drain began");
    if (timeoutMs === 0) core.log.warn("drain timeout is 0: running turns are cut at once");
    admission.close();
    void tellPeople();
    await cutAsker();
    await waitForTurns();
    if (phase === "cancelled") return report();
    phase = "cutting";
    await cutAll();
    phase = "delivering";
    await deliverRest();
    if (request.then !== "stay") await detachWaiting();
    phase = "drained";
    record.ended("drained");
    core.probe("drained");
    core.log.info({ cut, requeued, undelivered: delivery.undelivered() }, "drained");
    return report();
  }

  /** Chats with a turn that runs; not those that are idle or only starting. */
  async function tellPeople(): Promise<void> {
    const chats: { address: Address; isWaiting: boolean }[] = [];
    for (const { key, turn } of desk.active().values()) {
      if (turn === null || turn.phase === "starting") continue;
      const address = runner.live.get(turn.id)?.address ?? addressOf(key);
      if (address !== null) chats.push({ address, isWaiting: turn.phase === "awaiting_input" });
    }
    // A chat is told once: where anything runs, that comes first.
    chats.sort((one, other) => Number(one.isWaiting) - Number(other.isWaiting));
    await notices.down(chats, request.then).catch((error: unknown) => {
      core.log.warn({ error: textOf(error) }, "restart notices failed");
    });
  }

  /** The turn whose worker asked for this restart would wait for itself. */
  async function cutAsker(): Promise<void> {
    if (request.worker === null) return;
    for (const live of runner.live.values()) {
      if (live.worker?.marker !== request.worker) continue;
      const asker = { space: "notice", key: RESTART_ASKER, value: live.turn, ttlMs: null } as const;
      await core.engine.commit({ keyed: [asker] }).catch((error: unknown) => {
        core.log.warn({ turn: live.turn, error: textOf(error) }, "asker not stored");
      });
      await cutOne(live.key);
    }
  }

  async function waitForTurns(): Promise<void> {
    while (!waiting.signal.aborted && core.clock.monotonic() < deadline) {
      await Promise.race([admission.settled(), sleep(core.clock, TICK_MS, waiting.signal)]);
      const { waitFor } = turnsAtWork(core, desk, runner.live);
      if (waitFor.length === 0) return;
      await sleep(core.clock, TICK_MS, waiting.signal);
    }
  }

  async function cutAll(): Promise<void> {
    await admission.settled();
    const { waitFor, stalled } = turnsAtWork(core, desk, runner.live);
    const left = [...waitFor, ...stalled];
    if (left.length === 0) return;
    didTimeOut = true;
    record.timedOut();
    core.probe("drain_timed_out");
    await Promise.all(left.map(({ key }) => cutOne(key)));
    const heard = new AbortController();
    await Promise.race([runner.settled(), sleep(core.clock, LAST_WORD_MS, heard.signal)]);
    heard.abort();
  }

  /** Marked first, interrupted after: the desk performs effects when the mark is stored. */
  async function cutOne(key: SessionKey): Promise<void> {
    const applied = await mark(key).catch((error: unknown) => {
      // The next boot finds a turn of a dead one, which is the same.
      core.log.error({ session: key, error: textOf(error) }, "cut not stored");
      return null;
    });
    if (applied === null || applied.outcome === "refused") return;
    if (applied.events.some((event) => event.type === "turn_cut")) cut.push(key);
    if (applied.events.some((event) => event.type === "turn_requeued")) requeued.push(key);
    core.probe("turn_marked");
  }

  function mark(key: SessionKey): Promise<Applied> {
    return desk.apply(key, {
      command: {
        type: "drain_timeout",
        interruption: request.then === "stop" ? "shutdown_timeout" : "restart_timeout",
        threshold: core.settings.resume.cutsToSuspend,
      },
      writes: (change) => turnWrites(core, runner.live, change),
    });
  }

  /** Turns that wait for a person are left as they are; only their worker goes, and is not listened to any more. */
  async function detachWaiting(): Promise<void> {
    const { awaiting } = turnsAtWork(core, desk, runner.live);
    await Promise.all(awaiting.map(({ key }) => cutOne(key)));
  }

  /** A budget of its own: a finished reply is sent now, or stays in the outbox. */
  async function deliverRest(): Promise<void> {
    await delivery.quiet(core.settings.drain.deliveryMs);
  }

  const ended = run();
  tracing?.drain(request, ended);
  return {
    request,
    report,
    cancel() {
      // Drained and still here: nothing has been left, so work can go on.
      const stays = phase === "drained" && request.then === "stay";
      if (phase !== "waiting" && !stays) return false;
      phase = "cancelled";
      record.ended("called_off");
      waiting.abort();
      admission.open();
      void notices.undrained();
      core.log.info({ by: request.by }, "drain called off");
      return true;
    },
    giveWay() {
      if (phase !== "waiting") return phase !== "cancelled" && didTimeOut;
      phase = "cancelled";
      record.ended("replaced");
      waiting.abort();
      return didTimeOut;
    },
    hasten: () => waiting.abort(),
    ended,
  };
}
