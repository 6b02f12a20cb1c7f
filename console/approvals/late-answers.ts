import { h } from "preact";
import type { ComponentChildren } from "preact";
import { withTurnsTold } from "../chat/visible-text.ts";
import type { Requests } from "./use-requests.ts";

/** What was answered here and did not count: said where the person looks, until it is read. */
export function LateAnswers({ requests }: { readonly requests: Requests }): ComponentChildren {
  return h(
    "div",
    { class: "late-answers", role: "alert" },
    requests.book.late.map(({ id, title, words }) =>
      h(
        "div",
        { key: id, class: "notice warn late-answer" },
        h("p", null, h("bdi", null, withTurnsTold(title))),
        h("p", null, h("bdi", null, withTurnsTold(words))),
        h(
          "button",
          { type: "button", class: "button", onClick: () => requests.readLate(id) },
          "I have read it",
        ),
      ),
    ),
  );
}
