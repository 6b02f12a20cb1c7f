import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { AnswerDecision, OpenRequest } from "../../gateway/operations.ts";
import { toFault } from "../api.ts";
import { withTurnsTold } from "../chat/visible-text.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { now as clock } from "../page-clock.ts";
import { LongText } from "../long-text.ts";
import { SessionLink } from "../session-link.ts";
import type { Requests } from "./use-requests.ts";

/** Sooner after the cards moved nobody has seen what is under the pointer. */
const SEEN_MS = 400;

const LABELS: Readonly<Record<AnswerDecision, string>> = {
  allow: "Allow",
  deny: "Deny",
  always: "Always allow",
};

export function RequestCard({
  request,
  now,
  requests,
}: {
  readonly request: OpenRequest;
  readonly now: number;
  readonly requests: Requests;
}): ComponentChildren {
  const { id, key, title, detail, openedAt, expiresAt, detached, canAlways } = request;
  const [isAnswering, setIsAnswering] = useState(false);
  const [fault, setFault] = useState("");
  const press = async (decision: AnswerDecision): Promise<void> => {
    setIsAnswering(true);
    setFault("");
    try {
      const { outcome } = await requests.answer(request, decision);
      if (outcome === "not_offered")
        setFault("It cannot be allowed for good; it is open as before.");
    } catch (thrown) {
      const { message, advice } = toFault(thrown);
      setFault(`${message}: ${advice}`);
    } finally {
      setIsAnswering(false);
    }
  };
  const titleId = `request-${id}`;
  const button = (decision: AnswerDecision, kind: string, why: string): ComponentChildren =>
    h(
      "button",
      {
        type: "button",
        class: `button ${kind}`,
        title: why,
        disabled: isAnswering,
        "aria-describedby": titleId,
        onClick: ({ detail: clicks }: MouseEvent) => {
          // By keyboard the focus says which one is meant.
          const isSeen = clicks === 0 || clock() - requests.movedAt() >= SEEN_MS;
          if (isSeen) void press(decision);
          else
            setFault("Another request stood here a moment ago: press again if you mean this one.");
        },
      },
      LABELS[decision],
    );
  return h(
    "article",
    { class: "card request", "aria-labelledby": titleId },
    h("h2", { id: titleId }, h("bdi", { dir: "ltr" }, withTurnsTold(title))),
    detail !== "" && h(LongText, { text: detail, isCode: true }),
    h(
      "p",
      { class: "request-facts muted" },
      h(SessionLink, { sessionKey: key }),
      h("span", { title: formatAbsolute(openedAt) }, `asked ${formatRelative(openedAt, now)}`),
      h("span", { title: formatAbsolute(expiresAt) }, `expires ${formatRelative(expiresAt, now)}`),
      detached && h("span", null, "its worker is gone: an answer starts another one"),
    ),
    h(
      "div",
      { class: "actions" },
      button("allow", "primary", "This time"),
      button("deny", "danger", "The agent is told no"),
      canAlways && button("always", "", "Now, and from now on in this chat"),
    ),
    fault !== "" && h("p", { class: "request-fault", role: "alert" }, fault),
  );
}
