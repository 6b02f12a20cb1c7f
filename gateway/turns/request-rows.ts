import type { TurnPapers } from "../../sessions/engine.ts";
import type { OutboxRow, RequestRow } from "../../sessions/rows.ts";
import type { RequestEnd, SessionEvent } from "../../sessions/machine/events.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import { clipText } from "../deliver/parts.ts";
import type { Change } from "../dispatch.ts";
import type { TextKey } from "../notices/catalogue.ts";

/** The requests that a change closed or detached, and the edits that take their buttons away. */
export function closedRequests(
  core: Core,
  change: Change,
  papers: TurnPapers,
  by: string | null = null,
): { readonly requests: readonly RequestRow[]; readonly outbox: readonly OutboxRow[] } {
  const requests: RequestRow[] = [];
  const outbox: OutboxRow[] = [];
  const isDetached = change.events.some((event) => event.type === "requests_detached");
  for (const request of papers.requests) {
    if (request.state !== "open") continue;
    const closed = change.events.find(
      (event): event is Extract<SessionEvent, { type: "request_closed" }> =>
        event.type === "request_closed" && event.request === request.id,
    );
    if (closed !== undefined) {
      requests.push({
        ...request,
        state: closed.how,
        answeredBy: by,
        closedAt: change.at,
      });
      outbox.push(...editOf(core, papers, { request, how: closed.how, by, at: change.at }));
    } else if (isDetached && !request.detached) requests.push({ ...request, detached: true });
  }
  return { requests, outbox };
}

/** The message that asks loses its buttons and shows how it ended, also when it is not on the network yet. */
function editOf(
  core: Core,
  papers: TurnPapers,
  closed: {
    readonly request: RequestRow;
    readonly how: RequestEnd;
    readonly by: string | null;
    readonly at: number;
  },
): readonly OutboxRow[] {
  const { request, how, by, at } = closed;
  const shown = papers.outbox.find((one) => one.id === request.shownIn);
  if (shown === undefined) return [];
  const said = core.texts.say(ENDED[how], { title: request.title, by: by ?? "" });
  const text = clipText(core, shown.address, said);
  if (shown.placed === null) {
    const message = { ...shown.message, text, buttons: [] };
    return shown.state === "pending" || shown.state === "sending" ? [{ ...shown, message }] : [];
  }
  return [
    composeRow({
      id: core.ids.outbox(),
      at,
      address: shown.address,
      key: request.key,
      turn: request.turn,
      purpose: "request",
      text,
      placed: shown.placed,
    }),
  ];
}

/** The worker that asked is gone: its person is told once that the question stands. */
export function detachedNotice(
  core: Core,
  change: Change,
  papers: TurnPapers,
): { readonly outbox: readonly OutboxRow[] } {
  if (!change.events.some((event) => event.type === "requests_detached")) return { outbox: [] };
  const outbox = papers.requests.flatMap((request) => {
    const shown = papers.outbox.find((one) => one.id === request.shownIn);
    if (request.state !== "open" || shown === undefined) return [];
    return [
      composeRow({
        id: core.ids.outbox(),
        at: change.at,
        address: shown.address,
        key: request.key,
        turn: request.turn,
        purpose: "notice",
        text: clipText(
          core,
          shown.address,
          core.texts.say("request_detached", { title: request.title }),
        ),
      }),
    ];
  });
  return { outbox };
}

const ENDED: Record<RequestEnd, TextKey> = {
  allowed: "request_allowed",
  denied: "request_denied",
  expired: "request_expired_edit",
  withdrawn: "request_withdrawn",
  turn_ended: "request_turn_ended",
};
