import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { beginningOf, withTurnsTold } from "./chat/visible-text.ts";

/** What is laid out at first, and how much more at each "show more". A browser takes seconds for 1 MB in one line. */
const FIRST = 4000;
const STEP = 40_000;

/**
 * Somebody's text, as it is: nothing in it means anything to the page, and what would turn the direction of reading is
 * told by name, or a person would allow another command than the one that runs.
 */
export function LongText({
  text,
  isCode = false,
  first = FIRST,
}: {
  readonly text: string;
  readonly isCode?: boolean;
  /** Characters that are laid out at first. */
  readonly first?: number;
}): ComponentChildren {
  const [shown, setShown] = useState(first);
  // A few more characters are not worth a button.
  const isWhole = text.length <= shown * 1.1;
  return h(
    "div",
    // A command is read as it runs: one letter of another script must not turn around what stands beside it.
    { class: isCode ? "long-text is-code" : "long-text", dir: isCode ? "ltr" : "auto" },
    withTurnsTold(isWhole ? text : beginningOf(text, shown)),
    !isWhole &&
      h(
        "button",
        {
          type: "button",
          class: "button quiet",
          onClick: () => setShown((before) => before + STEP),
        },
        `Show more (${(text.length - shown).toLocaleString("en")} characters left)`,
      ),
  );
}
