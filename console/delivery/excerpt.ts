import { h } from "preact";
import type { ComponentChildren } from "preact";
import { fitting } from "../timeline/text-room.ts";

const MOST = 160;

/** The beginning of somebody's text, as one line. */
export function Excerpt({ text }: { readonly text: string }): ComponentChildren {
  const line = text
    .slice(0, 2 * MOST)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\p{Cc}/gu, "\u{fffd}")
    .trim();
  return line === ""
    ? h("span", { class: "muted" }, "without text")
    : h("bdi", { class: "excerpt" }, fitting(line, MOST));
}
