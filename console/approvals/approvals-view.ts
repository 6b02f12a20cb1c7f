import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { withTurnsTold } from "../chat/visible-text.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { useNow } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { RequestCard } from "./request-card.ts";
import { SessionLink } from "../session-link.ts";
import { LateAnswers } from "./late-answers.ts";
import type { Settled } from "./request-book.ts";
import type { Requests } from "./use-requests.ts";

/** What agents ask of people, in all chats. */
export function ApprovalsView({
  requests,
}: ViewProps & { readonly requests: Requests }): ComponentChildren {
  const now = useNow(1000);
  const { open, settled } = requests.book;
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(open.length);
  useEffect(() => {
    // The button that was pressed is gone with its card: whoever goes by keyboard must not be sent back to the start.
    const isLost = open.length < before.current && document.activeElement === document.body;
    if (isLost) heading.current?.focus({ preventScroll: true });
    before.current = open.length;
  }, [open.length]);
  return h(
    "section",
    { class: "view approvals", "aria-label": "Approvals" },
    h(
      "div",
      { class: "view-head" },
      h("h1", { ref: heading, tabIndex: -1 }, "Approvals"),
      h(
        "p",
        { class: "muted", role: "status" },
        open.length === 1
          ? "1 request waits for an answer"
          : `${open.length} requests wait for an answer`,
      ),
    ),
    h(LateAnswers, { requests }),
    open.length === 0 &&
      h(
        "div",
        { class: "card empty" },
        h("strong", null, "Nobody waits for you"),
        h(
          "p",
          null,
          "When an agent needs a permission, it asks in its chat and here. The first answer counts, wherever it is given.",
        ),
      ),
    h(
      "ul",
      { class: "requests" },
      open.map((request) =>
        h("li", { key: request.id }, h(RequestCard, { request, now, requests })),
      ),
    ),
    settled.length > 0 && h(SettledList, { settled, now }),
  );
}

function SettledList({
  settled,
  now,
}: {
  readonly settled: readonly Settled[];
  readonly now: number;
}): ComponentChildren {
  return h(
    "section",
    { class: "card settled" },
    h("h2", null, "Settled while you were here"),
    h(
      "ul",
      { "aria-live": "polite" },
      settled.map(({ id, key, title, words, at }) =>
        h(
          "li",
          { key: id },
          h("bdi", { class: "settled-title" }, withTurnsTold(title)),
          h("strong", null, h("bdi", null, words)),
          h(SessionLink, { sessionKey: key }),
          h("time", { class: "muted", title: formatAbsolute(at) }, formatRelative(at, now)),
        ),
      ),
    ),
  );
}
