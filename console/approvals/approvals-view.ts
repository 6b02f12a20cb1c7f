import { h } from "preact";
import type { ComponentChildren } from "preact";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { useNow } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { RequestCard } from "./request-card.ts";
import { SessionLink } from "../session-link.ts";
import type { Settled } from "./request-book.ts";
import type { Requests } from "./use-requests.ts";

/** What agents ask of people, in all chats. */
export function ApprovalsView({
  requests,
}: ViewProps & { readonly requests: Requests }): ComponentChildren {
  const now = useNow(1000);
  const { open, settled } = requests.book;
  return h(
    "section",
    { class: "view approvals", "aria-label": "Approvals" },
    h(
      "div",
      { class: "view-head" },
      h("h1", null, "Approvals"),
      h(
        "p",
        { class: "muted", role: "status" },
        open.length === 1
          ? "1 request waits for an answer"
          : `${open.length} requests wait for an answer`,
      ),
    ),
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
        h("li", { key: request.id }, h(RequestCard, { request, now, answer: requests.answer })),
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
          h("bdi", { class: "settled-title" }, title),
          h("strong", null, h("bdi", null, words)),
          h(SessionLink, { sessionKey: key }),
          h("time", { class: "muted", title: formatAbsolute(at) }, formatRelative(at, now)),
        ),
      ),
    ),
  );
}
