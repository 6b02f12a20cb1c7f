import { Lexer } from "marked";
import type { MarkedToken, Token, Tokens } from "marked";
import { toInlines } from "./markdown-inline.ts";
import type { Inline } from "./markdown-inline.ts";

/** What Markdown says, as data: what draws it can only draw these, and none of it is HTML. */
export type Block =
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "heading"; readonly depth: number; readonly content: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string | null; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "list"; readonly start: number | null; readonly items: readonly ListItem[] }
  | {
      readonly kind: "table";
      readonly head: readonly TableCell[];
      readonly rows: readonly (readonly TableCell[])[];
    }
  | { readonly kind: "rule" }
  /** As it was written: HTML, and what is too much to read. */
  | { readonly kind: "plain"; readonly text: string };

export interface ListItem {
  /** Null = no task. */
  readonly isDone: boolean | null;
  readonly blocks: readonly Block[];
}

export interface TableCell {
  readonly align: "left" | "center" | "right" | null;
  readonly content: readonly Inline[];
}

/** Never throws. Text that is all marks is left as it was written: reading it takes time by the square of its length. */
export function readMarkdown(markdown: string): readonly Block[] {
  if (markdown.length > LONGEST || DEEP.test(markdown)) return [{ kind: "plain", text: markdown }];
  try {
    const lexer = new Lexer({ gfm: true });
    const tokens = lexer.blockTokens(markdown.replaceAll(/\r\n?/g, "\n"), lexer.tokens);
    for (const { src, tokens } of lexer.inlineQueue) {
      if (isTooMuch(src)) tokens.push({ type: "text", raw: src, text: src });
      else lexer.inlineTokens(src, tokens);
    }
    return toBlocks(tokens);
  } catch {
    return [{ kind: "plain", text: markdown }];
  }
}

const LONGEST = 20_000;
/** Quotes and lists within one another, deeper than anybody reads. */
const DEEP = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){16}/m;
const MOST_MARKS = 600;

function isTooMuch(source: string): boolean {
  if (source.length < MOST_MARKS) return false;
  let marks = 0;
  for (const character of source) if ("*_~[]`<".includes(character)) marks += 1;
  return marks > MOST_MARKS;
}

function toBlocks(tokens: readonly Token[]): readonly Block[] {
  return tokens.flatMap((token): readonly Block[] => {
    if (!isKnown(token)) return [{ kind: "plain", text: token.raw }];
    const block = toBlock(token);
    return block === null ? [] : [block];
  });
}

/** Null: nothing to see. */
function toBlock(token: MarkedToken): Block | null {
  switch (token.type) {
    case "space":
    case "def":
    case "checkbox":
      return null;
    case "hr":
      return { kind: "rule" };
    case "paragraph":
      return { kind: "paragraph", content: toInlines(token.tokens) };
    case "heading":
      return { kind: "heading", depth: token.depth, content: toInlines(token.tokens) };
    case "code":
      return { kind: "code", language: token.lang?.trim() || null, text: token.text };
    case "blockquote":
      return { kind: "quote", blocks: toBlocks(token.tokens) };
    case "list":
      return toList(token);
    case "table":
      return {
        kind: "table",
        head: token.header.map(toCell),
        rows: token.rows.map((row) => row.map(toCell)),
      };
    case "html":
      return { kind: "plain", text: token.raw.trimEnd() };
    case "text":
      return { kind: "paragraph", content: toInlines(token.tokens ?? [token]) };
    default:
      return { kind: "paragraph", content: toInlines([token]) };
  }
}

function toList({ ordered, start, items }: Tokens.List): Block {
  return {
    kind: "list",
    start: ordered ? Number(start) : null,
    items: items.map(({ task, checked, tokens }) => ({
      isDone: task ? checked === true : null,
      blocks: toBlocks(tokens),
    })),
  };
}

function toCell({ align, tokens }: Tokens.TableCell): TableCell {
  return { align, content: toInlines(tokens) };
}

/** Of marked itself: this page adds no kinds of its own. */
function isKnown(token: Token): token is MarkedToken {
  return KINDS.has(token.type);
}

const KINDS = new Set([
  ...["space", "def", "checkbox", "hr", "paragraph", "heading", "code", "blockquote", "list"],
  ...["table", "html", "text", "br", "codespan", "del", "em", "escape", "image", "link", "strong"],
]);
