import type { Clock } from "../../sessions/clock.ts";
import type { Committed, Engine, Lease, Unit } from "../../sessions/engine.ts";
import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { BootId, SessionId, SessionKey } from "../../sessions/ids.ts";
import { statusOf } from "../../sessions/machine/state.ts";
import type { Session } from "../../sessions/machine/state.ts";
import type {
  Accepted,
  BootRow,
  DrainRow,
  InboxItem,
  NewInboxItem,
  OutboxRow,
  ProcessRow,
  RequestRow,
  StoredEvent,
  StoredOutboxRow,
  TurnRow,
} from "../../sessions/rows.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";

/** What survives a boot: give the same one to the next engine. */
export interface Memory {
  seq: number;
  readonly inbox: Map<string, InboxItem>;
  readonly turns: Map<string, TurnRow>;
  readonly transcript: Map<string, TranscriptEntry>;
  readonly outbox: Map<string, StoredOutboxRow>;
  readonly requests: Map<string, RequestRow>;
  events: StoredEvent[];
  readonly boots: Map<string, BootRow>;
  readonly drains: Map<string, DrainRow>;
  readonly processes: Map<number, ProcessRow>;
  readonly sessions: Map<string, Session>;
  /** Null: archived. */
  readonly conversations: Map<SessionId, SessionKey | null>;
  readonly keyed: Map<string, { value: unknown; expiresAt: number | null }>;
  readonly leases: Map<
    string,
    { owner: BootId | null; fence: number; expiresAt: number; renewedAt: number }
  >;
}

export function createMemory(): Memory {
  return {
    seq: 0,
    inbox: new Map(),
    turns: new Map(),
    transcript: new Map(),
    outbox: new Map(),
    requests: new Map(),
    events: [],
    boots: new Map(),
    drains: new Map(),
    processes: new Map(),
    sessions: new Map(),
    conversations: new Map(),
    keyed: new Map(),
    leases: new Map(),
  };
}

export interface MemoryEngineOptions {
  readonly boot: BootId;
  readonly clock: Clock;
  readonly memory?: Memory;
  /** The caller holds the instance lock: leases of other boots are over. */
  readonly isAlone?: boolean;
}

/** The engine port in memory, for tests of what stands on it. Passes the same contract as the real ones. */
export function createMemoryEngine(options: MemoryEngineOptions): Engine {
  const { boot, clock } = options;
  const memory = options.memory ?? createMemory();
  const listeners = new Set<{ call: (keys: readonly SessionKey[]) => void }>();
  let isClosed = false;

  if (options.isAlone === true) {
    for (const lease of memory.leases.values()) if (lease.owner !== boot) lease.owner = null;
  }

  const step = async <Result>(action: () => Result): Promise<Result> => {
    if (isClosed) {
      throw new SluiceError("store_closed", "Cannot use the store: it is closed", {
        advice: "start the gateway again",
      });
    }
    const result = action();
    // Nothing resolves in the tick that it was asked in, as with a real store.
    await Promise.resolve();
    return result;
  };
  const ring = (keys: readonly SessionKey[]): void => {
    if (keys.length === 0) return;
    const unique = [...new Set(keys)];
    for (const { call } of listeners) queueMicrotask(() => call(unique));
  };
  const commit = async (unit: Unit, isClaim: boolean): Promise<Committed> => {
    const { committed, requeued } = await step(() =>
      writeUnit(memory, copy(unit), { isClaim, now: clock.now() }),
    );
    ring(requeued);
    return committed;
  };
  const items = (keep: (item: InboxItem) => boolean): InboxItem[] =>
    copy([...memory.inbox.values()].filter(keep)).toSorted((a, b) => a.seq - b.seq);
  const queued = (key: SessionKey): InboxItem[] =>
    items((item) => item.key === key && item.state === "queued" && item.kind === "turn");
  const find = <Row>(rows: Map<string, Row>, id: string): Row | null => copy(rows.get(id) ?? null);
  const bySeq = (keep: (row: StoredOutboxRow) => boolean): StoredOutboxRow[] =>
    copy([...memory.outbox.values()].filter(keep)).toSorted((a, b) => a.seq - b.seq);
  const asked = (keep: (row: RequestRow) => boolean): RequestRow[] =>
    copy([...memory.requests.values()].filter(keep)).toSorted(
      (a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1),
    );
  const toLease = (resource: string, fence: number, ttlMs: number): Lease => {
    const mine = () => {
      const lease = memory.leases.get(resource);
      return lease !== undefined && lease.owner === boot && lease.fence === fence ? lease : null;
    };
    return {
      resource,
      fence,
      renew: () =>
        step(() => {
          const lease = mine();
          if (lease !== null) lease.renewedAt = clock.now();
          if (lease !== null) lease.expiresAt = clock.now() + ttlMs;
          return lease !== null;
        }),
      release: () =>
        step(() => {
          const lease = mine();
          if (lease !== null) lease.owner = null;
        }),
    };
  };

  return {
    boot,
    accept: async (batch, { queueLimit, keyed }) => {
      const accepted = await step(() => {
        const outcomes = copy(batch).map((item) => acceptOne(memory, item, queueLimit));
        if (outcomes.every((one) => one.outcome !== "full")) {
          for (const write of copy(keyed)) writeKeyed(memory, write, clock.now());
        }
        return copy(outcomes);
      });
      ring(accepted.flatMap((one) => (one.outcome === "new" ? [one.item.key] : [])));
      return accepted;
    },
    claim: (unit) => commit(unit, true),
    commit: (unit) => commit(unit, false),
    lease: (resource, ttlMs) =>
      step(() => {
        const now = clock.now();
        const held = memory.leases.get(resource);
        if (held !== undefined && held.owner !== null && held.owner !== boot) {
          if (held.expiresAt > now) return null;
        }
        const fence = (held?.fence ?? 0) + 1;
        memory.leases.set(resource, { owner: boot, fence, expiresAt: now + ttlMs, renewedAt: now });
        return toLease(resource, fence, ttlMs);
      }),
    onReady: (call) => {
      const entry = { call };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    forget: (key) => step(() => forget(memory, key)),
    prune: (before, limit) => step(() => prune(memory, before, { limit, now: clock.now() })),
    close: async () => {
      isClosed = true;
    },

    session: (key) => step(() => find(memory.sessions, key)),
    sessions: ({ statuses, limit, after }) =>
      step(() => {
        const all = copy([...memory.sessions.values()])
          .filter((session) => statuses?.includes(statusOf(session)) ?? true)
          .toSorted((a, b) => b.touchedAt - a.touchedAt || (a.key < b.key ? 1 : -1));
        const place = (session: Session): string => `${session.touchedAt} ${session.key}`;
        const start = after === null ? 0 : all.findIndex((one) => isBehind(one, after));
        const rest = start < 0 ? [] : all.slice(start);
        const page = rest.slice(0, limit);
        const last = page.at(-1);
        return {
          items: page,
          next: last !== undefined && rest.length > limit ? place(last) : null,
        };
      }),
    turn: (id) => step(() => find(memory.turns, id)),
    openTurns: () =>
      step(() => copy([...memory.turns.values()].filter((turn) => turn.phase !== "ended"))),
    turnsOf: (key, limit) =>
      step(() =>
        copy([...memory.turns.values()])
          .filter((turn) => turn.key === key)
          .toSorted((a, b) => (a.id < b.id ? 1 : -1))
          .slice(0, limit),
      ),
    message: (id) => step(() => find(memory.inbox, id)),
    messageByExternalId: (network, account, externalId) =>
      step(() => copy(findExternal(memory, { network, account, externalId }))),
    queue: (key, limit) => step(() => queued(key).slice(0, limit)),
    queuedBefore: (key, seq) => step(() => queued(key).filter((item) => item.seq < seq).length),
    waiting: () =>
      step(() => {
        const waiting = new Map<SessionKey, { key: SessionKey; seq: number; count: number }>();
        for (const item of items((one) => one.state === "queued" && one.kind === "turn")) {
          const entry = waiting.get(item.key);
          if (entry === undefined)
            waiting.set(item.key, { key: item.key, seq: item.seq, count: 1 });
          else entry.count += 1;
        }
        return [...waiting.values()];
      }),
    pendingCommands: () =>
      step(() => items((item) => item.state === "queued" && item.kind !== "turn")),
    deadMessages: (limit) =>
      step(() =>
        items((item) => item.state === "dead")
          .toReversed()
          .slice(0, limit),
      ),
    papers: (turn) =>
      step(() => ({
        items: items((item) => item.turn === turn),
        entries: copy([...memory.transcript.values()].filter((entry) => entry.turn === turn)),
        outbox: bySeq((row) => row.turn === turn),
        requests: asked((row) => row.turn === turn),
      })),
    transcript: (session, last) =>
      step(() => {
        const all = [...memory.transcript.values()].filter((entry) => entry.session === session);
        return copy(all.slice(Math.max(0, all.length - last)));
      }),
    conversations: ({ after, limit }) =>
      step(() =>
        [...memory.conversations]
          .filter(([id, key]) => key !== null && id > (after ?? ""))
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .slice(0, limit)
          .flatMap(([session, key]) =>
            key === null ? [] : [{ session, key, lastAt: lastAt(memory, session) }],
          ),
      ),
    entries: (session, { after, limit }) =>
      step(() =>
        copy(
          [...memory.transcript.values()]
            .map((entry, seq) => ({ seq: seq + 1, entry }))
            .filter(({ seq, entry }) => entry.session === session && seq > after)
            .slice(0, limit),
        ),
      ),
    outboxRow: (id) => step(() => find(memory.outbox, id)),
    outbox: ({ states, after, limit }) =>
      step(() => bySeq((row) => states.includes(row.state) && row.seq > after).slice(0, limit)),
    request: (id) => step(() => find(memory.requests, id)),
    requests: ({ key, onlyOpen }) =>
      step(() =>
        asked((row) => (key === null || row.key === key) && (!onlyOpen || row.state === "open")),
      ),
    events: ({ after, key, limit }) =>
      step(() =>
        copy(
          memory.events
            .filter((event) => event.seq > after && (key === null || event.key === key))
            .slice(0, limit),
        ),
      ),
    boots: (limit) =>
      step(() =>
        copy([...memory.boots.values()].toReversed())
          .toSorted((a, b) => b.startedAt - a.startedAt)
          .slice(0, limit),
      ),
    lives: ({ from, until, limit }) =>
      step(() => {
        const boots = [...memory.boots.values()];
        const first = Math.max(
          0,
          boots.findLastIndex((boot) => boot.startedAt <= from),
        );
        const after = boots.findIndex((boot) => boot.startedAt >= until);
        const drains = [...memory.drains.values()].toSorted((a, b) => a.beganAt - b.beganAt);
        return copy(
          boots
            .slice(first, after === -1 ? undefined : after + 1)
            .slice(-limit)
            .map((boot) => ({ ...boot, drains: drains.filter((one) => one.boot === boot.id) })),
        );
      }),
    lastSign: () =>
      step(() => {
        const boot = [...memory.boots.values()].at(-1);
        const times = [
          memory.events.at(-1)?.at,
          [...memory.transcript.values()].at(-1)?.at,
          [...memory.inbox.values()].at(-1)?.receivedAt,
          boot?.readyAt ?? boot?.startedAt,
          ...[...memory.leases.values()].map((lease) => lease.renewedAt),
        ].filter((at) => at !== undefined);
        return times.length === 0 ? null : Math.max(...times);
      }),
    turnsBetween: ({ from, until, limit }) =>
      step(() => {
        const turns = [...memory.turns.values()].filter((turn) => turn.startedAt < until);
        const open = turns.filter((turn) => turn.phase !== "ended");
        const over = turns.filter((turn) => turn.phase === "ended" && (turn.endedAt ?? 0) >= from);
        return copy([
          ...open.toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? -1 : 1)),
          ...over.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || (a.id < b.id ? -1 : 1)),
        ]).slice(0, limit);
      }),
    eventsFrom: (at) =>
      step(() => (memory.events.find((event) => event.at >= at)?.seq ?? memory.seq + 1) - 1),
    processes: () =>
      step(() => copy([...memory.processes.values()]).toSorted((a, b) => a.pid - b.pid)),
    keyed: (space, key) =>
      step(() => {
        const kept = memory.keyed.get(`${space} ${key}`);
        if (kept === undefined) return null;
        return kept.expiresAt !== null && kept.expiresAt <= clock.now() ? null : copy(kept.value);
      }),
    keys: (space) =>
      step(() =>
        [...memory.keyed.keys()]
          .filter((place) => place.startsWith(`${space} `))
          .map((place) => place.slice(space.length + 1))
          .toSorted(),
      ),
  };
}

function copy<Value>(value: Value): Value {
  return structuredClone(value);
}

function isBehind(session: Session, after: string): boolean {
  const end = after.indexOf(" ");
  const touchedAt = Number(after.slice(0, end));
  if (session.touchedAt !== touchedAt) return session.touchedAt < touchedAt;
  return session.key < after.slice(end + 1);
}

function findExternal(
  memory: Memory,
  id: { network: string; account: string; externalId: string },
): InboxItem | null {
  for (const item of memory.inbox.values()) {
    const { externalId, address } = item.message;
    if (externalId !== id.externalId || address.network !== id.network) continue;
    if (address.account === id.account) return item;
  }
  return null;
}

function acceptOne(memory: Memory, item: NewInboxItem, queueLimit: number): Accepted {
  const { network, account } = item.message.address;
  const { externalId } = item.message;
  const known = findExternal(memory, { network, account, externalId });
  if (known !== null) return { outcome: "duplicate", item: known };
  if (item.kind === "turn") {
    const queued = [...memory.inbox.values()].filter(
      (one) => one.key === item.key && one.state === "queued" && one.kind === "turn",
    ).length;
    if (queued >= queueLimit) return { outcome: "full", queued };
  }
  memory.seq += 1;
  const { id, key, kind, message, receivedAt } = item;
  const stored: InboxItem = {
    id,
    seq: memory.seq,
    key,
    kind,
    message,
    state: "queued",
    turn: null,
    attempts: 0,
    receivedAt,
    reason: null,
  };
  memory.inbox.set(id, stored);
  return { outcome: "new", item: stored };
}

function writeUnit(
  memory: Memory,
  unit: Unit,
  options: { isClaim: boolean; now: number },
): { committed: Committed; requeued: SessionKey[] } {
  const why = fenceOf(memory, unit, options.isClaim);
  if (why !== null) return { committed: { outcome: "fenced", why }, requeued: [] };
  const requeued: SessionKey[] = [];
  if (unit.session !== undefined) {
    memory.sessions.set(unit.session.key, unit.session);
    memory.conversations.set(unit.session.id, unit.session.key);
  }
  if (unit.turn !== undefined) memory.turns.set(unit.turn.id, unit.turn);
  for (const change of unit.inbox ?? []) {
    const item = memory.inbox.get(change.id);
    if (item === undefined) continue;
    if (change.to === "queued") requeued.push(item.key);
    const attempts = change.attempts ?? item.attempts;
    const { to: state, turn, reason, message = item.message, kind = item.kind } = change;
    memory.inbox.set(item.id, { ...item, state, turn, reason, attempts, message, kind });
  }
  for (const write of unit.transcript ?? []) {
    if (write.op === "put") continue;
    for (const [place, entry] of memory.transcript) {
      if (entry.turn !== write.turn || entry.session !== write.session) continue;
      if (write.id === null || write.id === entry.id) memory.transcript.delete(place);
    }
  }
  for (const write of unit.transcript ?? []) {
    if (write.op !== "put") continue;
    memory.transcript.set(`${write.entry.session} ${write.entry.id}`, write.entry);
  }
  for (const row of unit.outbox ?? []) memory.outbox.set(row.id, withSeq(memory, row));
  for (const request of unit.requests ?? []) memory.requests.set(request.id, request);
  for (const write of unit.keyed ?? []) writeKeyed(memory, write, options.now);
  if (unit.boot !== undefined) {
    const { readyAt = null, endedAt = null, seenAt = null } = memory.boots.get(unit.boot.id) ?? {};
    memory.boots.set(unit.boot.id, {
      ...unit.boot,
      readyAt: unit.boot.readyAt ?? readyAt,
      endedAt: unit.boot.endedAt ?? endedAt,
      seenAt: unit.boot.seenAt ?? seenAt,
    });
  }
  if (unit.drain !== undefined) {
    memory.drains.set(`${unit.drain.boot} ${unit.drain.beganAt}`, unit.drain);
  }
  if (unit.archived !== undefined) memory.conversations.set(unit.archived, null);
  for (const pid of unit.processes?.gone ?? []) memory.processes.delete(pid);
  for (const process of unit.processes?.put ?? []) memory.processes.set(process.pid, process);
  const events = (unit.events ?? []).map((event) => {
    memory.seq += 1;
    return { ...event, seq: memory.seq };
  });
  memory.events.push(...events);
  return { committed: { outcome: "committed", events: copy(events) }, requeued };
}

function lastAt(memory: Memory, session: SessionId): number | null {
  return [...memory.transcript.values()].findLast((entry) => entry.session === session)?.at ?? null;
}

function withSeq(memory: Memory, row: OutboxRow): StoredOutboxRow {
  const known = memory.outbox.get(row.id);
  if (known !== undefined) return { ...row, seq: known.seq };
  memory.seq += 1;
  return { ...row, seq: memory.seq };
}

function fenceOf(memory: Memory, unit: Unit, isClaim: boolean): string | null {
  const { session, turn } = unit;
  if (session !== undefined) {
    const revision = memory.sessions.get(session.key)?.revision ?? 0;
    if (revision !== session.revision - 1) return `session has revision ${revision}`;
  }
  if (turn !== undefined) {
    const stored = memory.turns.get(turn.id);
    if (stored !== undefined && stored.fence > turn.fence) return `turn has fence ${stored.fence}`;
    if (stored?.phase === "ended" && turn.phase !== "ended") return "turn has ended";
    for (const other of isClaim ? memory.turns.values() : []) {
      if (other.key === turn.key && other.id !== turn.id && other.phase !== "ended") {
        return `turn ${other.id} is open`;
      }
    }
  }
  const owner = unit.archived === undefined ? null : memory.conversations.get(unit.archived);
  for (const item of memory.inbox.values()) {
    const waits = item.key === owner && item.state === "queued" && item.kind === "turn";
    if (waits) return `message ${item.id} waits`;
  }
  for (const change of unit.inbox ?? []) {
    const state = memory.inbox.get(change.id)?.state ?? "unknown";
    if (state !== change.from) return `message ${change.id} is ${state}`;
  }
  for (const from of unit.outboxFrom ?? []) {
    const state = memory.outbox.get(from.id)?.state;
    if (state === undefined || !from.states.includes(state))
      return `reply is ${state ?? "unknown"}`;
  }
  for (const request of unit.requests ?? []) {
    const state = memory.requests.get(request.id)?.state ?? "open";
    if (state !== "open") return `request ${request.id} is ${state}`;
  }
  return null;
}

function writeKeyed(memory: Memory, write: KeyedWrite, now: number): void {
  const place = `${write.space} ${write.key}`;
  if (write.value === null || write.value === undefined) memory.keyed.delete(place);
  else {
    const expiresAt = write.ttlMs === null ? null : now + write.ttlMs;
    memory.keyed.set(place, { value: write.value, expiresAt });
  }
}

function forget(memory: Memory, key: SessionKey): void {
  const turns = new Set([...memory.turns.values()].filter((t) => t.key === key).map((t) => t.id));
  for (const item of memory.inbox.values()) {
    const isMine = item.key === key && item.state === "queued";
    const isAdopted = item.state === "adopted" && item.turn !== null && turns.has(item.turn);
    if (!isMine && !isAdopted) continue;
    memory.inbox.set(item.id, { ...item, state: isMine ? "dead" : "done", reason: "forgotten" });
  }
  for (const [place, entry] of memory.transcript) {
    if (turns.has(entry.turn) || memory.conversations.get(entry.session) === key) {
      memory.transcript.delete(place);
    }
  }
  for (const id of turns) memory.turns.delete(id);
  for (const [id, request] of memory.requests) if (request.key === key) memory.requests.delete(id);
  for (const [id, owner] of memory.conversations)
    if (owner === key) memory.conversations.delete(id);
  memory.events = memory.events.filter((event) => event.key !== key);
  memory.sessions.delete(key);
}

function prune(
  memory: Memory,
  before: Parameters<Engine["prune"]>[0],
  bound: { limit: number; now: number },
): number {
  let gone = 0;
  const sweep = <Key, Row>(rows: Map<Key, Row>, isOld: (row: Row) => boolean): void => {
    for (const [key, row] of rows) {
      if (gone >= bound.limit) return;
      if (!isOld(row)) continue;
      rows.delete(key);
      gone += 1;
    }
  };
  const isBusy = (key: SessionKey): boolean => {
    const session = memory.sessions.get(key);
    return session !== undefined && statusOf(session) !== "idle";
  };
  const settled = new Set(["sent", "dead", "dropped"]);
  sweep(
    memory.inbox,
    (i) => (i.state === "done" || i.state === "dead") && i.receivedAt < before.inbox,
  );
  sweep(
    memory.outbox,
    (o) => settled.has(o.state) && o.settledAt !== null && o.settledAt < before.outbox,
  );
  const events = new Map(memory.events.map((event) => [event.seq, event]));
  sweep(events, (event) => event.at < before.events);
  memory.events = [...events.values()];
  sweep(
    memory.requests,
    (r) => r.closedAt !== null && r.state !== "open" && r.closedAt < before.turns,
  );
  sweep(
    memory.turns,
    (t) => t.endedAt !== null && t.phase === "ended" && t.endedAt < before.turns && !isBusy(t.key),
  );
  const isArchived = (session: SessionId): boolean => memory.conversations.get(session) === null;
  sweep(memory.transcript, (entry) => isArchived(entry.session));
  // While there is room, none of their entries is left.
  sweep(memory.conversations, (owner) => owner === null);
  const boots = [...memory.boots.keys()];
  const latest = new Set(boots.slice(-100));
  sweep(memory.boots, (boot) => boot.startedAt < before.turns && !latest.has(boot.id));
  sweep(memory.drains, (drain) => !memory.boots.has(drain.boot));
  sweep(memory.keyed, (kept) => kept.expiresAt !== null && kept.expiresAt <= bound.now);
  return gone;
}
