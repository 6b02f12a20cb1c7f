import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { now } from "../page-clock.ts";
import { CodeBlock } from "./code-block.ts";
import { withSteadyHeadings } from "./heading-depths.ts";
import type { Inline } from "./markdown-inline.ts";
import { readMarkdown } from "./markdown-tree.ts";
import type { Block, ListItem, TableCell } from "./markdown-tree.ts";
import { closeMarks } from "./open-marks.ts";
import { inPieces } from "./text-pieces.ts";
import { withTurnsTold } from "./visible-text.ts";

export interface MarkdownProps {
  readonly text: string;
  /** More of it is on its way. */
  readonly isGrowing: boolean;
}

/** Reading that takes longer than this is not repeated with every word that comes. */
const COSTLY_MS = 40;

/** Markdown as elements, made of its words alone: no HTML in it is ever one. */
export function Markdown({ text, isGrowing }: MarkdownProps): ComponentChildren {
  const isCostly = useRef(false);
  return useMemo(() => {
    if (isGrowing && isCostly.current) return h("p", { class: "plain" }, inPieces(text));
    const begun = now();
    const blocks = withSteadyHeadings(readMarkdown(isGrowing ? closeMarks(text) : text));
    isCostly.current = now() - begun > COSTLY_MS;
    const last = blocks.at(-1);
    if (last === undefined || !isCut(last)) return blocks.map(drawBlock);
    return [blocks.slice(0, -1).map(drawBlock), h("div", { class: "cut-short" }, drawBlock(last))];
  }, [text, isGrowing]);
}

/** What the gateway writes below an answer that it had to cut begins with a sign. Only its look hangs on that. */
function isCut(block: Block): boolean {
  const first = block.kind === "paragraph" ? block.content[0] : undefined;
  return first?.kind === "text" && /^(?:⏸|⏹)/u.test(first.text);
}

function drawBlock(block: Block): ComponentChildren {
  switch (block.kind) {
    case "paragraph":
      return h("p", { dir: "auto" }, drawAll(block.content));
    case "heading":
      // Below the heading of its message.
      return h(`h${Math.min(block.depth + 2, 6)}`, { dir: "auto" }, drawAll(block.content));
    case "code":
      return h(CodeBlock, { language: block.language, text: block.text });
    case "quote":
      return h("blockquote", null, block.blocks.map(drawBlock));
    case "list":
      return block.start === null
        ? h("ul", null, block.items.map(drawItem))
        : h("ol", { start: block.start }, block.items.map(drawItem));
    case "table":
      return drawTable(block.head, block.rows);
    case "rule":
      return h("hr", null);
    case "plain":
      return h("p", { class: "plain", dir: "auto" }, inPieces(block.text));
  }
}

function drawItem({ isDone, blocks }: ListItem): ComponentChildren {
  if (isDone === null) return h("li", { dir: "auto" }, drawTight(blocks));
  const box = h(
    "span",
    { class: isDone ? "box done" : "box", role: "img", "aria-label": isDone ? "done" : "to do" },
    isDone ? "✓" : "",
  );
  return h("li", { class: "task", dir: "auto" }, box, h("div", null, drawTight(blocks)));
}

/** A single line of an item stands without a paragraph's space around it. */
function drawTight(blocks: readonly Block[]): ComponentChildren {
  const [first, ...rest] = blocks;
  return first?.kind === "paragraph" && rest.every(({ kind }) => kind === "list")
    ? [drawAll(first.content), rest.map(drawBlock)]
    : blocks.map(drawBlock);
}

function drawTable(
  head: readonly TableCell[],
  rows: readonly (readonly TableCell[])[],
): ComponentChildren {
  const cell = (kind: "th" | "td") => (each: TableCell) =>
    h(
      kind,
      { class: each.align ?? undefined, dir: "auto", ...(kind === "th" && { scope: "col" }) },
      drawAll(each.content),
    );
  return h(
    "div",
    { class: "table", tabIndex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, head.map(cell("th")))),
      h(
        "tbody",
        null,
        rows.map((row) => h("tr", null, row.map(cell("td")))),
      ),
    ),
  );
}

function drawAll(content: readonly Inline[]): ComponentChildren {
  return content.map(drawInline);
}

function drawInline(inline: Inline): ComponentChildren {
  switch (inline.kind) {
    case "text":
      return inPieces(inline.text);
    case "strong":
      return h("strong", null, drawAll(inline.content));
    case "em":
      return h("em", null, drawAll(inline.content));
    case "strike":
      return h("del", null, drawAll(inline.content));
    case "code":
      return h("code", { dir: "ltr" }, withTurnsTold(inline.text));
    case "link":
      return h(
        "a",
        {
          href: inline.address,
          title: inline.address,
          target: "_blank",
          rel: "noopener noreferrer",
        },
        drawAll(inline.content),
      );
    case "break":
      return h("br", null);
  }
}
