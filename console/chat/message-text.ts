import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Markdown } from "./markdown-view.ts";
import { inPieces } from "./text-pieces.ts";
import { FIRST_LENGTH, STEP_LENGTH, beginningOf } from "./visible-text.ts";

export interface MessageTextProps {
  readonly text: string;
  /** People's words are shown as they wrote them. */
  readonly isMarkdown: boolean;
  readonly isGrowing: boolean;
}

export function MessageText({ text, isMarkdown, isGrowing }: MessageTextProps): ComponentChildren {
  const [length, setLength] = useState(FIRST_LENGTH);
  const first = beginningOf(text, FIRST_LENGTH);
  const more = beginningOf(text.slice(first.length), length - FIRST_LENGTH);
  const left = text.length - first.length - more.length;
  return [
    isMarkdown
      ? h("div", { class: "markdown" }, h(Markdown, { text: first, isGrowing }))
      : h("p", { class: "plain", dir: "auto" }, inPieces(first)),
    more !== "" && h("p", { class: "plain", dir: "auto" }, inPieces(more)),
    left > 0 &&
      h(
        "button",
        {
          type: "button",
          class: "button more",
          onClick: () => setLength((now) => now + STEP_LENGTH),
        },
        left > STEP_LENGTH
          ? `Show ${STEP_LENGTH.toLocaleString()} of ${left.toLocaleString()} more characters`
          : `Show all: ${left.toLocaleString()} more characters`,
      ),
  ];
}
