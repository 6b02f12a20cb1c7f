import { SluiceError } from "../sessions/errors.ts";
import { requestIdShape } from "../sessions/stored/id-shape.ts";
import type { Archive } from "./archive/archive.ts";
import { forgetArchived } from "./archive/archived-files.ts";
import { accessOperations } from "./access/access-operations.ts";
import type { Pairing } from "./access/pairing.ts";
import type { Revocation } from "./access/revocation.ts";
import { listGrants, revokeGrant } from "./approvals/grant-book.ts";
import type { Core } from "./core.ts";
import type { Desk } from "./dispatch.ts";
import type { Admission } from "./admission.ts";
import type { Delivery } from "./deliver/delivery.ts";
import { countFiles } from "./metrics/file-counts.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Drain } from "./drain/drain.ts";
import { fateOf } from "./fate.ts";
import { cleanFiles } from "./files/clean.ts";
import type { DrainRequest, Operations, ReloadReport } from "./operations.ts";
import { answerRequest, openRequests } from "./requests.ts";
import { dropDeadLetter, listDeadLetters, retryDeadLetter } from "./report/dead-letters.ts";
import { readFeed } from "./report/feed.ts";
import { restartPlan } from "./report/plan.ts";
import { exportSession } from "./report/session-export.ts";
import { sessionReport, summarise } from "./report/session-report.ts";
import { statusReport } from "./report/status.ts";
import type { SelfKnowledge } from "./report/status.ts";
import { readTimeline } from "./report/timeline.ts";
import { goOn } from "./resume/go-on.ts";
import { turnWrites } from "./turns/leave.ts";
import type { Runner } from "./turns/runner.ts";
import type { WorkerPool } from "./turns/worker-pool.ts";

export interface OperateParts {
  readonly core: Core;
  readonly desk: Desk;
  readonly runner: Runner;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly delivery: Delivery;
  readonly archive: Archive;
  readonly pool: WorkerPool;
  readonly pairing: Pairing;
  readonly revocation: Revocation;
  reload(): Promise<ReloadReport>;
  self(): SelfKnowledge;
  drain(): Drain | null;
  beginDrain(request: DrainRequest): Drain;
  /** Ends a drain that only waits, or lets the held channels go. */
  undrain(): Promise<Drain | null>;
}

const UNSETTLED = ["draft", "held", "pending", "sending"] as const;
const ACTIVE = ["starting", "running", "awaiting_input", "interrupting"] as const;

/** The operations of a running gateway: reads the reports, and passes commands to who decides. */
export function createOperations(parts: OperateParts): Operations {
  const { core, desk, runner, admission, delivery, pool } = parts;
  const lives = runner.live;
  const office = { core, desk, lives };
  const status = () => statusReport({ core, desk, pool, archive: parts.archive }, parts.self());

  function refuseUnlessRunning(what: string, otherwise = ""): void {
    const { phase } = parts.self();
    if (phase === "running") return;
    throw new SluiceError("control_refused", `Cannot ${what} while the gateway is ${phase}`, {
      advice: `${otherwise}wait until it runs again`,
    });
  }

  return {
    status,
    plan: () => restartPlan({ core, desk, lives, delivery }),
    drain: async (request) => parts.beginDrain(request).report(),
    undrain: async () => (await parts.undrain())?.report() ?? null,
    drainReport: () => parts.drain()?.report() ?? null,
    reload: parts.reload,

    async sessions({ status: wanted, limit, after }) {
      const statuses = wanted === null ? null : wanted === "active" ? ACTIVE : [wanted];
      const page = await core.engine.sessions({ statuses, limit, after });
      const items = await Promise.all(page.items.map((session) => summarise(core, session)));
      return { items, next: page.next };
    },
    async summary(key) {
      const session = await core.engine.session(key);
      return session === null ? null : summarise(core, session);
    },
    async session(key, entries = 1000) {
      if ((await core.engine.session(key)) === null) return null;
      return sessionReport(core, await desk.read(key), entries);
    },
    exportSession: (key) => exportSession(core, key),
    async release(key) {
      if ((await core.engine.session(key)) === null) return false;
      const applied = await desk.apply(key, { command: { type: "resume", past: null } });
      return applied.outcome === "applied";
    },
    async resume(key) {
      refuseUnlessRunning("let a conversation go on");
      return goOn(core, parts, key);
    },
    async forget(key) {
      try {
        const session = await core.engine.session(key);
        // Of one that was being forgotten when this process was killed, the archive may be left.
        if (session === null) return await forgetArchived(core, key);
        // What runs there ends first.
        await desk.apply(key, {
          command: ({ turn }) => turn && { type: "renew", fresh: core.ids.session() },
          writes: (change) => turnWrites(core, lives, change),
        });
      } catch (error) {
        // To forget it is how a damaged one is mended.
        if (!(error instanceof SluiceError && error.code === "store_corrupt")) throw error;
      }
      await core.engine.forget(key);
      await core.engine.commit({ keyed: [{ space: "grant", key, value: null, ttlMs: null }] });
      await forgetArchived(core, key);
      await cleanFiles(core, lives);
      core.log.warn({ session: key }, "session forgotten");
      return true;
    },
    async stopTurn(key) {
      if ((await core.engine.session(key)) === null) return false;
      const applied = await desk.apply(key, {
        command: { type: "stop", stop: "operator" },
        writes: (change) => turnWrites(core, lives, change),
      });
      return applied.outcome === "applied";
    },

    requests: () => openRequests(office),
    request: (id) => core.engine.request(id),
    async answer(request, decision, by) {
      refuseUnlessRunning("answer a request", "answer in the chat, where it is kept for then, or ");
      return answerRequest(office, requestIdShape.parse(request), { decision, by });
    },

    grants: () => listGrants(core),
    revoke: (grant) => revokeGrant(core, desk, grant),

    access: accessOperations(parts),

    outbox: (limit) => core.engine.outbox({ states: UNSETTLED, after: 0, limit }),
    deadLetters: (limit) => listDeadLetters(core, limit),
    async retry(id) {
      const letter = await retryDeadLetter(core, id);
      if (letter?.kind === "message") admission.wake(letter.item.key);
      return letter !== null;
    },
    drop: (id) => dropDeadLetter(core, id),

    async fate(id) {
      const item = await core.engine.message(id);
      return item === null ? null : fateOf(core, item);
    },
    events: (query) => core.engine.events(query),
    feed: (after, key, signal) => readFeed(core, desk, { after, key, signal }),
    timeline: (query) => readTimeline(core, query),
    metrics: async () =>
      parts.metrics.text({ status: await status(), files: await countFiles(core) }),
  };
}
