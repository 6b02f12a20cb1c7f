import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { DeadLetter } from "../../gateway/operations.ts";
import { toFault } from "../api.ts";
import type { Api } from "../api.ts";
import { ConfirmDialog } from "../confirm-dialog.ts";
import type { Confirmation } from "../confirm-dialog.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { LongText } from "../long-text.ts";
import { letterPlace, letterText, letterWords, retryRisk } from "./delivery-words.ts";
import { Excerpt } from "./excerpt.ts";

/** Reasons come from programs, which may say a lot. */
const REASON = 400;

/** What was given up, with what can still be done about it. */
export function DeadLetters({
  api,
  letters,
  now,
  onDone,
}: {
  readonly api: Api;
  readonly letters: readonly DeadLetter[];
  readonly now: number;
  readonly onDone: () => void;
}): ComponentChildren {
  const [asking, setAsking] = useState<Confirmation | null>(null);
  const [told, setTold] = useState("");

  const act = async (letter: DeadLetter, verb: "retry" | "drop"): Promise<void> => {
    try {
      const path = `/api/v1/deadletters/${encodeURIComponent(letter.id)}/${verb}`;
      const { done } = await api.post<{ readonly done: boolean }>(path);
      setTold(done ? DONE[verb] : "It is no longer on the list.");
    } catch (thrown) {
      const { message, advice } = toFault(thrown);
      setTold(`${message}: ${advice}`);
    } finally {
      onDone();
    }
  };
  const retry = (letter: DeadLetter): void => {
    const risk = retryRisk(letter);
    if (risk === null) return void act(letter, "retry");
    setAsking({
      title: "Send it once more?",
      content: [h("p", null, h(Excerpt, { text: letterText(letter) })), h("p", null, risk)],
      act: "Send it",
      tone: "primary",
      onConfirm: () => void act(letter, "retry"),
    });
  };
  const drop = (letter: DeadLetter): void =>
    setAsking({
      title: "Take it off the list for good?",
      content: [
        h("p", null, h(Excerpt, { text: letterText(letter) })),
        h("p", null, "Nobody will be told, and it cannot be tried again."),
      ],
      act: "Drop it",
      tone: "danger",
      onConfirm: () => void act(letter, "drop"),
    });

  return h(
    "section",
    { class: "card", "aria-labelledby": "dead-title" },
    h(
      "h2",
      { id: "dead-title" },
      "Given up",
      h("span", { class: "muted" }, String(letters.length)),
    ),
    letters.length === 0 && h("p", { class: "muted" }, "Nothing was given up."),
    letters.length > 0 &&
      h(
        "ul",
        { class: "letters" },
        letters.map((letter) =>
          h(
            "li",
            { key: letter.id },
            h(
              "p",
              { class: "letter-head" },
              h("bdi", { class: "where" }, letterPlace(letter)),
              h("span", { class: "badge bad" }, letterWords(letter)),
              h(
                "span",
                { class: "muted when", title: formatAbsolute(letter.at) },
                formatRelative(letter.at, now),
              ),
            ),
            h("p", null, h(Excerpt, { text: letterText(letter) })),
            h(
              "div",
              { class: "muted" },
              "Reason:",
              h(LongText, { text: letter.reason, first: REASON }),
            ),
            h("p", { class: "muted mono" }, letter.id),
            h(
              "div",
              { class: "actions" },
              h(
                "button",
                { type: "button", class: "button", onClick: () => retry(letter) },
                "Try again",
                h("span", { class: "spoken" }, ` ${letter.id}`),
              ),
              h(
                "button",
                { type: "button", class: "button danger", onClick: () => drop(letter) },
                "Drop…",
                h("span", { class: "spoken" }, ` ${letter.id}`),
              ),
            ),
          ),
        ),
      ),
    h("p", { role: "status", class: "told-line" }, told),
    h(ConfirmDialog, { asking, onClose: () => setAsking(null) }),
  );
}

const DONE = {
  retry: "It is tried again.",
  drop: "Dropped.",
};
