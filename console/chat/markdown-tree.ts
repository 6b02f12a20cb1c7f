import { Lexer } from "marked";
import type { Token, Tokens } from "marked";
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
    // In a chat a line that was ended is one.
    const lexer = new Lexer({ gfm: true, breaks: true });
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
  return tokens.flatMap((token) => (isBlock(token) ? toBlock(token) : [paragraph([token])]));
}

function toBlock(token: BlockToken): readonly Block[] {
  switch (token.type) {
    case "space":
    case "def":
    // Told by its item.
    case "checkbox":
      return [];
    case "hr":
      return [{ kind: "rule" }];
    case "paragraph":
      return [paragraph(token.tokens)];
    case "text":
      return [paragraph(token.tokens ?? [token])];
    case "heading":
      return [{ kind: "heading", depth: token.depth, content: toInlines(token.tokens) }];
    case "code":
      return [{ kind: "code", language: token.lang?.trim() || null, text: token.text }];
    case "blockquote":
      return [{ kind: "quote", blocks: toBlocks(token.tokens) }];
    case "list":
      return [toList(token)];
    case "table":
      return [toTable(token)];
    case "html":
      return [{ kind: "plain", text: token.raw.trimEnd() }];
  }
}

function paragraph(tokens: readonly Token[]): Block {
  return { kind: "paragraph", content: toInlines(tokens) };
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

function toTable({ header, rows }: Tokens.Table): Block {
  return { kind: "table", head: header.map(toCell), rows: rows.map((row) => row.map(toCell)) };
}

function toCell({ align, tokens }: Tokens.TableCell): TableCell {
  return { align, content: toInlines(tokens) };
}

type BlockToken =
  | Tokens.Space
  | Tokens.Def
  | Tokens.Checkbox
  | Tokens.Hr
  | Tokens.Paragraph
  | Tokens.Text
  | Tokens.Heading
  | Tokens.Code
  | Tokens.Blockquote
  | Tokens.List
  | Tokens.Table
  | Tokens.HTML;

function isBlock(token: Token): token is BlockToken {
  return BLOCKS.has(token.type);
}

const BLOCKS: ReadonlySet<string> = new Set<BlockToken["type"]>([
  "space",
  "def",
  "checkbox",
  "hr",
  "paragraph",
  "text",
  "heading",
  "code",
  "blockquote",
  "list",
  "table",
  "html",
]);
