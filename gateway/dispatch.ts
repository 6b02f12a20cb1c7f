import type { Session } from "../sessions/machine/state.ts";
import { newSession, statusOf } from "../sessions/machine/state.ts";
import type { Effect, SessionCommand } from "../sessions/machine/commands.ts";
import { decide } from "../sessions/machine/decide.ts";
import type { SessionEvent } from "../sessions/machine/events.ts";
import { evolveAll } from "../sessions/machine/evolve.ts";
import type { Unit } from "../sessions/engine.ts";
import { SluiceError } from "../sessions/errors.ts";
import type { SessionKey, TurnId } from "../sessions/ids.ts";
import type { Core } from "./core.ts";
import { repairWrites } from "./turns/repair.ts";
import { turnRow } from "./turns/turn-row.ts";

/** One decided transition, about to be stored. */
export interface Change {
  readonly before: Session;
  readonly after: Session;
  readonly events: readonly SessionEvent[];
  /** Epoch ms. */
  readonly at: number;
}

export type Writes = Omit<Unit, "session" | "turn" | "events">;

export interface Proposal {
  /** Null: on second thought nothing, seen from the session as it is. */
  readonly command: SessionCommand | ((session: Session) => SessionCommand | null);
  /** What else is true together with the transition. */
  readonly writes?: (change: Change) => Writes | Promise<Writes>;
}

export type Applied =
  | ({ readonly outcome: "applied" } & Change)
  | {
      readonly outcome: "refused";
      readonly why: "late" | "busy" | "nothing_to_do" | "unknown_request" | "not_found" | "fenced";
      readonly session: Session;
    };

export interface Desk {
  /** Decides, stores, reports, then performs: one at a time for each session. */
  apply(key: SessionKey, proposal: Proposal): Promise<Applied>;
  /** The session as it is, its dead turn repaired. */
  read(key: SessionKey): Promise<Session>;
  /** Runs between two transitions of a session: nothing is decided for it meanwhile. */
  between<Result>(key: SessionKey, work: (session: Session) => Promise<Result>): Promise<Result>;
  /** Sessions with an active turn that this boot has touched. */
  active(): ReadonlyMap<SessionKey, Session>;
  /** Calls back after each stored change, in order for a session; returns how to stop that. */
  onChange(listener: (change: Change) => void): () => void;
  /** Calls back for each effect, after the write that caused it. */
  onEffect(listener: (effect: Effect, change: Change) => void): void;
}

const TRIES = 5;

export function createDesk(core: Core): Desk {
  const tails = new Map<SessionKey, Promise<unknown>>();
  const active = new Map<SessionKey, Session>();
  const listeners = new Set<(change: Change) => void>();
  const performers: ((effect: Effect, change: Change) => void)[] = [];

  /** One line for each session: what is asked of it waits for what was asked before. */
  function inLine<Result>(key: SessionKey, work: () => Promise<Result>): Promise<Result> {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.then(
      () => undefined,
      () => undefined,
    );
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return mine;
  }

  async function load(key: SessionKey): Promise<Session> {
    const held = active.get(key);
    if (held !== undefined) return held;
    const stored = await core.engine.session(key);
    if (stored === null) return newSession(key, core.ids.session(), core.clock.now());
    if (stored.turn === null || stored.turn.owner === core.boot) return stored;
    return repair(stored);
  }

  /** A turn whose boot is dead is repaired by whoever reads the entry first. */
  async function repair(session: Session): Promise<Session> {
    const threshold = core.settings.resume.cutsToSuspend;
    const applied = await step(session, {
      command: { type: "recover", boot: core.boot, threshold },
      writes: (change) => repairWrites(core, change),
    });
    return applied.outcome === "applied" ? applied.after : session;
  }

  async function step(before: Session, proposal: Proposal): Promise<Applied> {
    const { command: wanted } = proposal;
    const command = typeof wanted === "function" ? wanted(before) : wanted;
    if (command === null) return { outcome: "refused", why: "nothing_to_do", session: before };
    const decision = decide(before, command);
    if (decision.outcome === "refused") {
      if (decision.why === "late") logLate(core, before, command);
      return { outcome: "refused", why: decision.why, session: before };
    }
    const at = core.clock.now();
    const { events, effects } = decision;
    const evolved = evolveAll(before, events, at);
    const after = { ...evolved, revision: before.revision + 1 };
    const change: Change = { before, after, events, at };
    const writes = (await proposal.writes?.(change)) ?? {};
    const committed = await store(change, command, writes);
    if (committed === "fenced") return { outcome: "refused", why: "fenced", session: before };
    if (after.turn === null || after.turn.owner !== core.boot) active.delete(after.key);
    else active.set(after.key, after);
    report(core, change);
    for (const listener of listeners) listener(change);
    for (const effect of effects) for (const perform of performers) perform(effect, change);
    return { outcome: "applied", ...change };
  }

  async function store(change: Change, command: SessionCommand, writes: Writes) {
    const { after, events, at } = change;
    const turn = await turnRow(core.engine, change);
    const unit = {
      ...writes,
      session: after,
      events: events.map((event) => ({ key: after.key, session: after.id, at, event })),
    };
    const committed =
      turn === null
        ? await core.engine.commit(unit)
        : command.type === "admit"
          ? await core.engine.claim({ ...unit, turn })
          : await core.engine.commit({ ...unit, turn });
    return committed.outcome;
  }

  return {
    apply: (key, proposal) =>
      inLine(key, async () => {
        for (let attempt = 0; attempt < TRIES; attempt += 1) {
          const applied = await step(await load(key), proposal);
          if (applied.outcome === "applied" || applied.why !== "fenced") return applied;
          active.delete(key);
        }
        throw new SluiceError("store_busy", `Cannot change session ${key}: others write it too`, {
          advice: "make sure that one gateway runs on this store",
        });
      }),
    read: (key) => inLine(key, () => load(key)),
    between: (key, work) => inLine(key, async () => work(await load(key))),
    active: () => active,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onEffect: (listener) => void performers.push(listener),
  };
}

/** Late words change nothing and are logged once for each turn and kind, by the machine's own refusal. */
function logLate(core: Core, session: Session, command: SessionCommand): void {
  const turn: TurnId | null = "turn" in command ? command.turn : null;
  core.log.info({ session: session.key, turn, command: command.type }, "late event ignored");
}

function report(core: Core, change: Change): void {
  const { before, after, events } = change;
  core.log.info(
    {
      session: after.key,
      turn: after.turn?.id ?? before.turn?.id,
      from: statusOf(before),
      to: statusOf(after),
      events: events.map((event) => event.type),
    },
    "session changed",
  );
}
