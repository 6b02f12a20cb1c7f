import { h } from "preact";
import type { ComponentChildren } from "preact";
import { formatAbsolute, formatClock } from "../format-time.ts";
import { LongText } from "../long-text.ts";
import { EntryLine } from "./entry-line.ts";
import type { TranscriptTurn } from "./transcript-turns.ts";
import { turnFigures, turnWords } from "./turn-words.ts";

/** Reasons come from programs, which may say a lot. */
const REASON = 400;

export function TurnSection({ turn }: { readonly turn: TranscriptTurn }): ComponentChildren {
  const { row, entries, at, id } = turn;
  const end = row === null ? null : turnWords(row);
  const isOpen = row !== null && row.phase !== "ended";
  const isRunning = isOpen && row.phase !== "awaiting_input";
  return h(
    "article",
    { class: "turn card", "aria-label": `Turn at ${formatClock(at)}` },
    h(
      "header",
      { class: "turn-head" },
      end === null
        ? h("span", { class: "badge" }, "earlier")
        : h("span", { class: `badge ${end.tone}` }, end.word),
      h("time", { class: "muted", title: formatAbsolute(at) }, formatClock(at)),
      row !== null && h("span", { class: "muted" }, turnFigures(row)),
      h("span", { class: "turn-id mono muted" }, id),
    ),
    end !== null &&
      end.detail !== "" &&
      h("div", { class: "turn-why" }, h(LongText, { text: end.detail, first: REASON })),
    h(
      "ol",
      { class: "entries" },
      entries.map((entry) => h(EntryLine, { key: entry.id, entry, isOpen })),
      isRunning &&
        h(
          "li",
          { class: "entry muted" },
          h("span", { class: "pulse", "aria-hidden": "true" }),
          " at work",
        ),
    ),
  );
}
