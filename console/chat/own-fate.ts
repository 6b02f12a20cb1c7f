import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { Outgoing } from "./outgoing.ts";

export interface OwnFateProps {
  /** Null: it was not written in this life of the page. */
  readonly outgoing: Outgoing | null;
  /** Of the gateway, in its words. */
  readonly fate: string | null;
  /** The log of the gateway shows it: so it is there, whatever became of its answer to us. */
  readonly isShown: boolean;
  readonly onRetry: (one: Outgoing) => void;
  readonly onEdit: (one: Outgoing) => void;
  readonly onRemove: (one: Outgoing) => void;
}

/** Where one's own message is, below it. */
export function OwnFate(props: OwnFateProps): ComponentChildren {
  const { outgoing, fate, isShown } = props;
  const state = outgoing?.state;
  if (state?.at === "refused" && !isShown) return refused(props, state);
  if (state?.at === "sending" && !isShown) {
    return state.reason === null
      ? h("p", { class: "own-fate" }, "Sending…")
      : h("p", { class: "own-fate warn" }, `Not sent yet: ${state.reason}; trying on`);
  }
  if (state?.at === "waiting" && !isShown)
    return h("p", { class: "own-fate" }, "Waiting its turn…");
  const known = fate ?? (state?.at === "taken" ? state.fate : null);
  return known === null ? null : h("p", { class: "own-fate" }, toSentence(known));
}

function refused(
  { outgoing, onRetry, onEdit, onRemove }: OwnFateProps,
  { message, advice }: { readonly message: string; readonly advice: string },
): ComponentChildren {
  const act = (word: string, action: (one: Outgoing) => void): ComponentChildren =>
    h(
      "button",
      {
        type: "button",
        class: "button quiet",
        onClick: () => {
          if (outgoing !== null) action(outgoing);
        },
      },
      word,
    );
  return h(
    "div",
    { class: "own-fate bad", role: "alert" },
    h("p", null, `Not sent: ${message}. To do: ${advice}.`),
    h(
      "div",
      { class: "actions" },
      act("Try again", onRetry),
      act("Edit", onEdit),
      act("Remove", onRemove),
    ),
  );
}

function toSentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
