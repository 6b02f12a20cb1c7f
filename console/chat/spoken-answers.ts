import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatEntry } from "./chat-state.ts";
import { wholeSince } from "./whole-answers.ts";

export interface SpokenAnswersProps {
  readonly entries: readonly ChatEntry[];
  /** What was said before this page came is among the entries. */
  readonly isLoaded: boolean;
  readonly growing: string | null;
}

/** Tells who hears the page what the agent said: each answer once, when it is whole. */
export function SpokenAnswers({
  entries,
  isLoaded,
  growing,
}: SpokenAnswersProps): ComponentChildren {
  const [told, setTold] = useState("");
  const spoken = useRef<number | null>(null);
  useEffect(() => {
    if (!isLoaded) return;
    if (spoken.current === null) {
      // What was there before is read by going through the log.
      spoken.current = entries.at(-1)?.message.seq ?? 0;
      return;
    }
    const { text, until } = wholeSince(entries, { after: spoken.current, growing });
    spoken.current = until;
    if (text !== "") setTold(text);
  }, [entries, isLoaded, growing]);
  return h("div", { class: "spoken", role: "status", "aria-live": "polite" }, told);
}
