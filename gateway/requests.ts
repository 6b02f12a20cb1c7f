import { statusOf } from "../sessions/machine/state.ts";
import type { RequestId } from "../sessions/ids.ts";
import type { RequestRow } from "../sessions/rows.ts";
import { grantsOf, withGrant } from "./approvals/grants.ts";
import { mayAlways } from "./approvals/verdict.ts";
import type { Core } from "./core.ts";
import type { Change, Desk, Writes } from "./dispatch.ts";
import type { TextKey } from "./notices/catalogue.ts";
import { REQUEST_WORDS } from "./notices/words.ts";
import type { AnswerDecision, AnswerReport, OpenRequest } from "./operations.ts";
import { together, turnWrites } from "./turns/leave.ts";
import type { LiveTurns } from "./turns/live-turn.ts";
import { closedRequests } from "./turns/request-rows.ts";

interface Office {
  readonly core: Core;
  readonly desk: Desk;
  readonly lives: LiveTurns;
}

interface Answer {
  readonly decision: AnswerDecision;
  readonly by: string;
}

/** Settles one open request: first come, and durable before the worker hears of it. */
export async function answerRequest(
  office: Office,
  id: RequestId,
  { decision, by }: Answer,
): Promise<AnswerReport> {
  const { core, desk } = office;
  const request = await core.engine.request(id);
  if (request === null) return { outcome: "unknown" };
  if (request.state !== "open") return already(request);
  const isForGood = decision === "always";
  if (isForGood && !(await isOffered(office, request))) return { outcome: "not_offered" };
  const { boot: owner, fence } = core;
  const said = isForGood ? "allow" : decision;
  const applied = await desk.apply(request.key, {
    command: { type: "answer", request: id, decision: said, owner, fence },
    async writes(change) {
      const writes = await answerWrites(office, change, by);
      return isForGood
        ? together(writes, await grantWrites(core, change, { request, by }))
        : writes;
    },
  });
  core.log.info(
    { session: request.key, request: id, decision, by, outcome: applied.outcome },
    "request answered",
  );
  if (applied.outcome === "applied") return { outcome: "answered" };
  return already((await core.engine.request(id)) ?? request);
}

/** All that wait for a person, the oldest first. */
export async function openRequests(office: Office): Promise<readonly OpenRequest[]> {
  const open = await office.core.engine.requests({ key: null, onlyOpen: true });
  return Promise.all(
    open.map(async (request) => ({ ...request, canAlways: await isOffered(office, request) })),
  );
}

async function isOffered({ core, desk }: Office, request: RequestRow): Promise<boolean> {
  const { turn } = await desk.read(request.key);
  return mayAlways(core, turn?.worker ?? core.settings.defaultWorker, request.fingerprint);
}

/** In the same write as the answer: what is allowed for good is so from this answer on, also after a crash. */
async function grantWrites(
  core: Core,
  { before, at }: Change,
  { request, by }: { readonly request: RequestRow; readonly by: string },
): Promise<Writes> {
  const { id, key, title, fingerprint } = request;
  const worker = before.turn?.worker ?? core.settings.defaultWorker;
  const grants = await grantsOf(core, key);
  return { keyed: [withGrant(key, grants, { id, worker, fingerprint, title, by, at })] };
}

/** A request that nobody answered in its time to live is as good as denied. */
export async function expireRequests(office: Office): Promise<void> {
  const { core, desk } = office;
  const open = await core.engine.requests({ key: null, onlyOpen: true });
  const now = core.clock.now();
  for (const request of open) {
    if (request.expiresAt > now) continue;
    await desk.apply(request.key, {
      command: { type: "expire", request: request.id, owner: core.boot, fence: core.fence },
      writes: (change) => answerWrites(office, change, null),
    });
  }
}

/** In words for who answered. */
export function answerWords(core: Core, report: AnswerReport, decision: AnswerDecision): string {
  switch (report.outcome) {
    case "answered":
      return core.texts.say(ANSWERED[decision]);
    case "not_offered":
      return core.texts.say("always_not_offered");
    case "already": {
      const state = core.texts.say(REQUEST_WORDS[report.state]);
      return report.by === null
        ? core.texts.say("already_settled", { state })
        : core.texts.say("already_settled_by", { state, by: report.by });
    }
    case "unknown":
      return core.texts.say("approve_nothing");
  }
}

const ANSWERED = {
  allow: "approve_allowed",
  deny: "approve_denied",
  always: "approve_always",
} as const satisfies Record<AnswerDecision, TextKey>;

async function answerWrites(
  { core, lives }: Office,
  change: Change,
  by: string | null,
): Promise<Writes> {
  const turn = change.before.turn;
  if (turn === null) return {};
  const papers = await core.engine.papers(turn.id);
  const closed = closedRequests(core, change, papers, by);
  const hasEnded = statusOf(change.after) !== "awaiting_input" && change.after.turn === null;
  if (!hasEnded) return closed;
  // The end of the turn closes them too; who answered is known only here.
  const ended = await turnWrites(core, lives, change);
  return {
    ...ended,
    requests: closed.requests,
    outbox: [...(ended.outbox ?? []).filter((row) => row.purpose !== "request"), ...closed.outbox],
  };
}

function already(request: RequestRow): AnswerReport {
  return { outcome: "already", state: request.state, by: request.answeredBy };
}
