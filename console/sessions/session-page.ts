import { h } from "preact";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Api } from "../api.ts";
import { LateAnswers } from "../approvals/late-answers.ts";
import { RequestCard } from "../approvals/request-card.ts";
import type { Requests } from "../approvals/use-requests.ts";
import type { Live } from "../live.ts";
import { formatRoute } from "../route.ts";
import { useNow } from "../use-live.ts";
import { QueueList } from "./queue-list.ts";
import { SessionActions } from "./session-actions.ts";
import { SessionHead } from "./session-head.ts";
import { PastList } from "./past-list.ts";
import { groupTurns } from "./transcript-turns.ts";
import { TurnSection } from "./turn-section.ts";
import { useSessionReport } from "./use-session-report.ts";

/** One session: how it stands, what may be done, and what was said. */
export function SessionPage({
  api,
  live,
  sessionKey,
  requests,
  page,
  onGone,
}: {
  readonly api: Api;
  readonly live: Live;
  readonly sessionKey: string;
  readonly requests: Requests;
  readonly page: RefObject<HTMLElement | null>;
  /** There is no such session. */
  readonly onGone: (key: string) => void;
}): ComponentChildren {
  const now = useNow(5000);
  const { report, fault, hasMore, most, loadMore, reload } = useSessionReport(
    api,
    live,
    sessionKey,
  );
  const isGone = fault?.status === 404;
  useEffect(() => {
    if (isGone) onGone(sessionKey);
  }, [isGone, onGone, sessionKey]);
  const back = h("a", { class: "session-back", href: formatRoute("sessions") }, "← All sessions");
  if (report === null || isGone) {
    return h(
      "section",
      { class: "session-page", "aria-label": "One session", tabIndex: -1, ref: page },
      back,
      fault === null
        ? h("p", { class: "muted" }, "Loading…")
        : h("p", { class: "notice bad", role: "alert" }, `${fault.message}: ${fault.advice}`),
    );
  }
  const turns = groupTurns(report.transcript, report.recent);
  return h(
    "section",
    { class: "session-page", "aria-label": "One session", tabIndex: -1, ref: page },
    back,
    h(SessionHead, { report }),
    h(SessionActions, { api, report, onDone: reload, onForgotten: onGone }),
    fault !== null &&
      h("p", { class: "notice warn", role: "status" }, `Not up to date: ${fault.message}`),
    h(LateAnswers, { requests }),
    requests.book.open
      .filter(({ key }) => key === sessionKey)
      .map((request) => h(RequestCard, { key: request.id, request, now, requests })),
    h(QueueList, { queue: report.queue }),
    turns.length === 0 && h("p", { class: "muted" }, "Nothing was said in this conversation yet."),
    // The latest first: what runs stands where one looks.
    turns.toReversed().map((turn) => h(TurnSection, { key: turn.id, turn })),
    hasMore &&
      h("button", { type: "button", class: "button", onClick: loadMore }, "Show what came before"),
    most !== null &&
      h(
        "p",
        { class: "muted" },
        `These are the latest ${most.toLocaleString("en")} entries. Export holds what came before.`,
      ),
    h(PastList, { past: report.past }),
  );
}
