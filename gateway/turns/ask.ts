import type { RequestId } from "../../sessions/ids.ts";
import type { RequestRow } from "../../sessions/rows.ts";
import type { WorkerEvent } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { composeRow, row } from "../deliver/compose.ts";
import { clipText } from "../deliver/parts.ts";
import type { Desk, Writes } from "../dispatch.ts";
import type { LiveTurn } from "./live-turn.ts";
import { untilStored } from "./until-stored.ts";

/** A turn pauses at a gate: the request, its message with buttons, and the new state are one write. */
export async function openRequest(
  core: Core,
  desk: Desk,
  live: LiveTurn,
  event: Extract<WorkerEvent, { type: "ask" }>,
): Promise<void> {
  if (live.asked.has(event.id)) return;
  const request = core.ids.request();
  live.asked.set(event.id, request);
  await untilStored(core, live, () =>
    desk.apply(live.key, {
      command: { type: "ask", turn: live.turn, generation: live.generation, request },
      writes: (change) => requestWrites(core, live, { event, request, at: change.at }),
    }),
  );
}

function requestWrites(
  core: Core,
  live: LiveTurn,
  opened: {
    readonly event: Extract<WorkerEvent, { type: "ask" }>;
    readonly request: RequestId;
    readonly at: number;
  },
): Writes {
  const { event, request, at } = opened;
  const shown = composeRow({
    id: core.ids.outbox(),
    at,
    address: live.address,
    key: live.key,
    turn: live.turn,
    purpose: "request",
    text: clipText(
      core,
      live.address,
      core.texts.say("request", { title: event.title, detail: event.detail }).trim(),
    ),
    replyTo: live.papers.items[0]?.message.externalId ?? null,
    buttons: row(
      { label: core.texts.say("allow_label"), data: `allow:${request}` },
      { label: core.texts.say("deny_label"), data: `deny:${request}` },
    ),
  });
  const open: RequestRow = {
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
    openedAt: at,
    expiresAt: at + core.settings.requests.ttlMs,
    closedAt: null,
  };
  return { requests: [open], outbox: [shown], transcript: live.record.take(at) };
}
