import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { after } from "../page-clock.ts";
import type { ChatEntry } from "./chat-state.ts";
import { wholeSince } from "./whole-answers.ts";

export interface SpokenAnswersProps {
  readonly entries: readonly ChatEntry[];
  /** What was said before this page came is among the entries. */
  readonly isLoaded: boolean;
  readonly growing: string | null;
}

/** The word that a turn is over and the last words of it come on two ways. */
const SETTLED_MS = 600;

/** Tells who hears the page what the agent said: each answer once, when it is whole. */
export function SpokenAnswers({
  entries,
  isLoaded,
  growing,
}: SpokenAnswersProps): ComponentChildren {
  const [told, setTold] = useState("");
  const spoken = useRef<number | null>(null);
  useEffect(() => {
    if (!isLoaded) return undefined;
    // What was there before is read by going through the log.
    spoken.current ??= entries.at(-1)?.message.seq ?? 0;
    const { current } = spoken;
    return after(SETTLED_MS, () => {
      const { text, until } = wholeSince(entries, { after: current, growing });
      spoken.current = until;
      if (text !== "") setTold(text);
    });
  }, [entries, isLoaded, growing]);
  return h(
    "div",
    { class: "spoken", role: "status", "aria-live": "polite" },
    told === "" ? null : told,
  );
}
