import type { RequestId } from "../../sessions/ids.ts";
import type { RequestRow } from "../../sessions/rows.ts";
import type { WorkerEvent } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { composeRow, row } from "../deliver/compose.ts";
import type { Change, Desk, Writes } from "../dispatch.ts";
import type { LiveTurn } from "./live-turn.ts";

/** A turn pauses at a gate: the request, its message with buttons, and the new state are one write. */
export async function openRequest(
  core: Core,
  desk: Desk,
  live: LiveTurn,
  event: Extract<WorkerEvent, { type: "ask" }>,
  asked: Map<string, RequestId>,
): Promise<void> {
  if (asked.has(event.id)) return;
  const request = core.ids.request();
  asked.set(event.id, request);
  live.asked.set(request, event.id);
  await desk.apply(live.key, {
    command: { type: "ask", turn: live.turn, generation: live.generation, request },
    writes: (change) => requestWrites(core, live, event, request, change),
  });
}

function requestWrites(
  core: Core,
  live: LiveTurn,
  event: Extract<WorkerEvent, { type: "ask" }>,
  request: RequestId,
  change: Change,
): Writes {
  const shown = composeRow({
    id: core.ids.outbox(),
    at: change.at,
    address: live.address,
    key: live.key,
    turn: live.turn,
    purpose: "request",
    text: core.texts.say("request", { title: event.title, detail: event.detail }).trim(),
    replyTo: live.papers.items[0]?.message.externalId ?? null,
    buttons: row(
      { label: core.texts.say("allow_label"), data: `allow:${request}` },
      { label: core.texts.say("deny_label"), data: `deny:${request}` },
    ),
  });
  const opened: RequestRow = {
    id: request,
    key: live.key,
    turn: live.turn,
    title: event.title,
    detail: event.detail,
    fingerprint: event.fingerprint,
    state: "open",
    detached: false,
    shownIn: shown.id,
    answeredBy: null,
    openedAt: change.at,
    expiresAt: change.at + core.settings.requests.ttlMs,
    closedAt: null,
  };
  return { requests: [opened], outbox: [shown], transcript: live.record.take(change.at) };
}
