import type { RequestId } from "../../sessions/ids.ts";
import type { RequestRow } from "../../sessions/rows.ts";
import type { WorkerEvent } from "../../workers/worker.ts";
import { mayAlways, verdictOn } from "../approvals/verdict.ts";
import type { Verdict } from "../approvals/verdict.ts";
import type { Core } from "../core.ts";
import { composeRow, row } from "../deliver/compose.ts";
import { clipText } from "../deliver/parts.ts";
import type { Desk, Writes } from "../dispatch.ts";
import type { LiveTurn } from "./live-turn.ts";
import { untilStored } from "./until-stored.ts";

type Ask = Extract<WorkerEvent, { type: "ask" }>;

/** A question of the agent: settled by its policy, joined to the same question that is open, or put to a person. */
export async function takeAsk(core: Core, desk: Desk, live: LiveTurn, ask: Ask): Promise<void> {
  if (live.asked.has(ask.id)) return;
  const { fingerprint } = ask;
  const same = openLike(desk, live, fingerprint);
  live.asked.set(ask.id, { request: same, fingerprint });
  if (same !== null) return;
  const verdict = await verdictOn(core, live, ask);
  if (verdict.outcome !== "ask") return settleAtOnce(core, desk, live, { ask, verdict });
  const request = core.ids.request();
  live.asked.set(ask.id, { request, fingerprint });
  live.askedAt = core.clock.monotonic();
  // A turn pauses at a gate: the request, its message with buttons, and the new state are one write.
  await untilStored(core, live, () =>
    desk.apply(live.key, {
      command: { type: "ask", turn: live.turn, generation: live.generation, request },
      writes: (change) => requestWrites(core, live, { ask, request, at: change.at }),
    }),
  );
}

/** One answer is for all that ask the same at the same time. */
function openLike(desk: Desk, live: LiveTurn, fingerprint: string): RequestId | null {
  const turn = desk.active().get(live.key)?.turn;
  if (turn?.id !== live.turn || turn.phase !== "awaiting_input" || fingerprint === "") return null;
  for (const { request, fingerprint: other } of live.asked.values()) {
    if (request !== null && other === fingerprint && turn.requests.includes(request)) {
      return request;
    }
  }
  return null;
}

async function settleAtOnce(
  core: Core,
  desk: Desk,
  live: LiveTurn,
  settled: { readonly ask: Ask; readonly verdict: Exclude<Verdict, { outcome: "ask" }> },
): Promise<void> {
  const { turn: id, generation } = live;
  const turn = desk.active().get(live.key)?.turn;
  // What is to end, or has ended, is allowed nothing more.
  if (turn?.id !== id || turn.generation !== generation || turn.phase === "interrupting") return;
  if (turn.phase === "starting") {
    // Who asks has begun, whether it said so or not: it is not begun again after a cut.
    await untilStored(core, live, () =>
      desk.apply(live.key, { command: { type: "accepted", turn: id, generation } }),
    );
  }
  const { ask, verdict } = settled;
  core.log.info(
    { session: live.key, turn: id, kind: ask.kind ?? "other", ...verdict },
    "request settled at once",
  );
  if (verdict.outcome === "deny") live.refused.push(ask.title);
  live.answer(ask.id, verdict.outcome);
}

function requestWrites(
  core: Core,
  live: LiveTurn,
  opened: { readonly ask: Ask; readonly request: RequestId; readonly at: number },
): Writes {
  const { ask, request, at } = opened;
  const { title, detail, fingerprint } = ask;
  const say = core.texts.say;
  const always = mayAlways(core, live.workerName, fingerprint)
    ? row({ label: say("allow_always_label"), data: `allow_always:${request}` })
    : [];
  const shown = composeRow({
    id: core.ids.outbox(),
    at,
    address: live.address,
    key: live.key,
    turn: live.turn,
    purpose: "request",
    text: clipText(core, live.address, say("request", { title, detail }).trim()),
    replyTo: live.papers.items[0]?.message.externalId ?? null,
    buttons: [
      ...row(
        { label: say("allow_label"), data: `allow:${request}` },
        { label: say("deny_label"), data: `deny:${request}` },
      ),
      ...always,
    ],
  });
  const open: RequestRow = {
    id: request,
    key: live.key,
    turn: live.turn,
    title,
    detail,
    fingerprint,
    state: "open",
    detached: false,
    shownIn: shown.id,
    answeredBy: null,
    openedAt: at,
    expiresAt: at + core.settings.requests.ttlMs,
    closedAt: null,
  };
  return { requests: [open], outbox: [shown], transcript: live.record.take(at) };
}
