import type { AccessReport } from "../../gateway/access/access-report.ts";
import type { Fate } from "../../gateway/fate.ts";
import type {
  AnswerReport,
  DeadLetter,
  DrainReport,
  Operations,
  SessionReport,
  StatusReport,
} from "../../gateway/operations.ts";
import type { BookedGrant } from "../../gateway/approvals/grant-book.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import type { RequestRow, StoredEvent, StoredOutboxRow } from "../../sessions/rows.ts";

export interface HeldOperations extends Operations {
  readonly held: Held;
  append(event: StoredEvent): void;
}

export interface Held {
  status: StatusReport;
  sessions: SessionReport[];
  requests: RequestRow[];
  grants: BookedGrant[];
  outbox: StoredOutboxRow[];
  deadLetters: DeadLetter[];
  fates: Fate[];
  events: StoredEvent[];
  drain: DrainReport | null;
  /** Of who is let in by code: `GOOD-CODE`. */
  access: AccessReport;
  /** What was asked, in order. */
  asked: unknown[];
  /** Feeds that are being read now. */
  feeds: number;
}

/** A port that holds data in memory and answers from it. */
export function holdOperations(given: Partial<Held> = {}): HeldOperations {
  const held: Held = {
    status: aStatus(),
    sessions: [aSession("local:main:home"), aSession("local:main:work", { status: "running" })],
    requests: [aRequest("req_1")],
    grants: [aGrant("req_0")],
    outbox: [],
    deadLetters: [aDeadReply("out_1")],
    fates: [{ id: "msg_1" as Fate["id"], at: "queued", behind: 2, reply: "none", why: null }],
    events: [],
    drain: null,
    access: {
      networks: [{ network: "telegram", pairing: true, operators: 0, asking: 1 }],
      people: [],
      asking: [{ network: "telegram", user: "7", name: "Ann", at: 0, expiresAt: 3_600_000 }],
    },
    asked: [],
    feeds: 0,
    ...given,
  };
  const wakers = new Set<() => void>();
  const find = (key: SessionKey): SessionReport | undefined =>
    held.sessions.find((session) => session.key === key);
  const take = (id: string): boolean => {
    const before = held.deadLetters.length;
    held.deadLetters = held.deadLetters.filter((letter) => letter.id !== id);
    return held.deadLetters.length < before;
  };
  return {
    held,
    append(event) {
      held.events.push(event);
      for (const wake of wakers) wake();
    },
    status: async () => ({ ...held.status, drain: held.drain }),
    plan: async () => ({
      waitFor: [aWait("local:main:work")],
      wouldCut: [],
      requeue: [],
      leftAlone: ["local:main:home" as SessionKey],
      queued: held.status.queued,
      undelivered: 1,
      worstCaseMs: 65_000,
    }),
    async drain(request) {
      held.asked.push(request);
      held.drain ??= aDrain({ then: request.then });
      return held.drain;
    },
    async undrain() {
      held.asked.push("undrain");
      if (held.drain === null) return null;
      held.drain = aDrain({ ...held.drain, phase: "cancelled" });
      return held.drain;
    },
    drainReport: () => held.drain,
    async reload() {
      held.asked.push("reload");
      const swept = { dropped: 1, stopped: 0, released: 0 };
      return { file: "/etc/sluice.yaml", changed: ["log.level"], refused: ["http.port"], ...swept };
    },
    async sessions({ status, limit, after }) {
      const all = held.sessions.filter(
        (session) => status === null || status === "active" || session.status === status,
      );
      const from = after === null ? 0 : Number(after);
      const next = from + limit < all.length ? String(from + limit) : null;
      return { items: all.slice(from, from + limit), next };
    },
    summary: async (key) => find(key) ?? null,
    async session(key, entries = 1000) {
      held.asked.push({ session: key, entries });
      return find(key) ?? null;
    },
    async exportSession(key) {
      const found = find(key);
      if (found === undefined) return null;
      const { session, transcript: entries } = found;
      return { key, conversations: [{ session, entries }], archived: [], isWhole: true };
    },
    async release(key) {
      const suspended = find(key)?.status === "suspended";
      if (suspended) held.sessions = held.sessions.map((s) => (s.key === key ? idle(s) : s));
      return suspended;
    },
    async resume(key) {
      const status = find(key)?.status;
      return status === "suspended" || status === "resume_pending";
    },
    async forget(key) {
      const known = find(key) !== undefined;
      held.sessions = held.sessions.filter((session) => session.key !== key);
      return known;
    },
    stopTurn: async (key) => find(key)?.status === "running",
    requests: async () =>
      held.requests
        .filter(({ state }) => state === "open")
        .map((request) => ({ ...request, canAlways: true })),
    request: async (id) => held.requests.find((request) => request.id === id) ?? null,
    async answer(id, decision, by): Promise<AnswerReport> {
      held.asked.push({ answer: id, decision });
      const found = held.requests.find((request) => request.id === id);
      if (found === undefined) return { outcome: "unknown" };
      if (found.state !== "open") {
        return { outcome: "already", state: found.state, by: found.answeredBy };
      }
      const state = decision === "deny" ? "denied" : "allowed";
      held.requests = held.requests.map((r) => (r.id === id ? { ...r, state, answeredBy: by } : r));
      return { outcome: "answered" };
    },
    access: holdAccess(held),
    grants: async () => held.grants,
    async revoke(id) {
      const before = held.grants.length;
      held.grants = held.grants.filter((grant) => grant.id !== id);
      return held.grants.length < before;
    },
    outbox: async (limit) => held.outbox.slice(0, limit),
    deadLetters: async (limit) => held.deadLetters.slice(0, limit),
    retry: async (id) => take(id),
    drop: async (id) => take(id),
    fate: async (id) => held.fates.find((fate) => fate.id === id) ?? null,
    events: async ({ after, key, limit: most }) =>
      held.events
        .filter((event) => event.seq > after && (key === null || event.key === key))
        .slice(0, most),
    async *feed(after, key, signal) {
      held.feeds += 1;
      let seen = after;
      try {
        while (!signal.aborted) {
          const next = held.events.find((e) => e.seq > seen && (key === null || e.key === key));
          if (next === undefined) await woken(wakers, signal);
          else {
            seen = next.seq;
            yield next;
          }
        }
      } finally {
        held.feeds -= 1;
      }
    },
    async timeline(query) {
      held.asked.push(query);
      const until = query.until ?? 1_750_000_000_000;
      const from = query.from ?? until - 3_600_000;
      return { from, until, now: until, boots: [], sessions: [], isWhole: true };
    },
    metrics: async () => "# TYPE sluice_turns gauge\nsluice_turns 1\n",
  };
}

function holdAccess(held: Held): Operations["access"] {
  const swept = { dropped: 2, stopped: 1, released: 0 };
  const letIn = (network: string, user: string, given: { standing: "user" | "operator" }) => ({
    network,
    user,
    name: "Ann",
    at: 0,
    by: "tester",
    ...given,
  });
  return {
    list: () => held.access,
    async approve(code, { standing, by }) {
      held.asked.push({ code, standing, by });
      if (code === "LATE") return { outcome: "limited", retryInMs: 60_000 };
      if (code !== "GOOD-CODE") return { outcome: "unknown" };
      return { outcome: "approved", person: letIn("telegram", "7", { standing }) };
    },
    allow: async ({ network, user }, { standing }) => letIn(network, user, { standing }),
    async revoke(who, by) {
      held.asked.push({ who, by });
      return { outcome: who.user === "9" ? "nothing" : "revoked", ...swept };
    },
    deny: async () => ({ outcome: "denied", ...swept }),
  };
}

function woken(wakers: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      wakers.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    wakers.add(wake);
    signal.addEventListener("abort", wake);
  });
}

export function aStatus(given: Partial<StatusReport> = {}): StatusReport {
  return {
    phase: "running",
    boot: "boot_1",
    pid: 4242,
    version: "0.1.0",
    upMs: 3_723_000,
    recovered: null,
    held: null,
    turns: { starting: 0, running: 1, awaiting_input: 1, interrupting: 0 },
    turnLimit: 64,
    queued: 3,
    oldestQueuedMs: 1500,
    outbox: { pending: 1, sending: 0, draft: 1, held: 0 },
    archive: { conversations: 0, bytes: 0, archived: 0, dropped: 0, removed: 0 },
    deadLetters: 1,
    lastEvent: 0,
    adapters: [
      { network: "local", account: "main", state: "connected", reason: null },
      { network: "telegram", account: "bot", state: "retrying", reason: "no route" },
    ],
    workers: [{ name: "demo", processes: 1, sessions: 2, memoryBytes: 44_100_000 }],
    access: [{ network: "local", pairing: false, operators: 1, asking: 0 }],
    drain: null,
    ...given,
  };
}

export function aSession(key: string, given: Partial<SessionReport> = {}): SessionReport {
  return {
    key: key as SessionKey,
    session: "ses_1" as SessionReport["session"],
    status: "idle",
    turns: 4,
    cuts: 0,
    queued: 0,
    touchedAt: 1_750_000_000_000,
    why: null,
    worker: "demo",
    past: [],
    queue: [],
    recent: [],
    transcript: [],
    ...given,
  };
}

function idle(session: SessionReport): SessionReport {
  return { ...session, status: "idle" };
}

export function aDrain(given: Partial<DrainReport> = {}): DrainReport {
  return {
    phase: "waiting",
    then: "stay",
    elapsedMs: 1200,
    remainingMs: 58_800,
    waitingFor: [aWait("local:main:work")],
    cut: [],
    requeued: [],
    undelivered: 0,
    timedOut: false,
    ...given,
  };
}

export function aWait(key: string): DrainReport["waitingFor"][number] {
  return {
    key: key as SessionKey,
    turn: "trn_1" as DrainReport["waitingFor"][number]["turn"],
    status: "running",
    runningMs: 12_000,
    silentMs: 400,
  };
}

function aRequest(id: string): RequestRow {
  return {
    id: id as RequestRow["id"],
    key: "local:main:work" as SessionKey,
    turn: "trn_1" as RequestRow["turn"],
    title: "Run a command",
    detail: "ls",
    fingerprint: "f",
    state: "open",
    detached: false,
    shownIn: null,
    answeredBy: null,
    openedAt: 1,
    expiresAt: 2,
    closedAt: null,
  };
}

function aDeadReply(id: string): DeadLetter {
  return {
    kind: "reply",
    id: id as Extract<DeadLetter, { kind: "reply" }>["id"],
    reason: "chat is gone",
    at: 1_750_000_000_000,
    row: {
      id: id as Extract<DeadLetter, { kind: "reply" }>["id"],
      address: { network: "local", account: "main", chat: "home", thread: null },
      key: "local:main:home" as SessionKey,
      turn: null,
      purpose: "reply",
      message: { text: "the answer", buttons: [], file: null, replyTo: null },
      state: "dead",
      placed: null,
      attempts: 5,
      dueAt: 0,
      uncertain: false,
      error: "chat is gone",
      createdAt: 0,
      settledAt: 1,
      seq: 7,
    },
  };
}

export function anEvent(seq: number, key = "local:main:home"): StoredEvent {
  return {
    seq,
    key: key as SessionKey,
    session: "ses_1" as StoredEvent["session"],
    at: 1_750_000_000_000 + seq,
    event: { type: "turn_accepted", turn: "trn_1" as RequestRow["turn"] },
  };
}

function aGrant(id: string): BookedGrant {
  return {
    id: id as BookedGrant["id"],
    key: "local:main:home" as SessionKey,
    worker: "demo",
    fingerprint: "rm x",
    title: "rm\nx",
    by: "ann",
    at: 0,
  };
}
