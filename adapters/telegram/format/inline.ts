import type { Token } from "marked";

import { withoutReferences } from "./character-reference.ts";
import { toDestination } from "./link.ts";
import { literal, toNodes } from "./node.ts";
import type { ElementNode, Node, TokenNode } from "./node.ts";
import { write, writeAs } from "./sheet.ts";
import type { Sheet } from "./sheet.ts";

/** Words and their looks: what stands inside a paragraph, a heading or a cell. */
export function writeInline(sheet: Sheet, tokens: readonly Token[]): void {
  writeNodes(sheet, toNodes(tokens));
}

export function writeNodes(sheet: Sheet, nodes: readonly Node[]): void {
  for (const [at, node] of nodes.entries()) {
    switch (node.kind) {
      case "token":
        if (isProduct(node, nodes[at - 1], nodes[at + 1])) writeProduct(sheet, node);
        else writeToken(sheet, node.token);
        break;
      case "text":
        write(sheet, withoutReferences(node.text));
        break;
      case "element":
        writeElement(sheet, node, () => writeNodes(sheet, node.children));
        break;
    }
  }
}

/** `2*3*4` and `2**3**4` are emphasis by the letter of Markdown, and sums to people. */
function isProduct(
  { token }: TokenNode,
  before: Node | undefined,
  after: Node | undefined,
): boolean {
  if (token.type !== "em" && token.type !== "strong") return false;
  return /[0-9a-z]$/i.test(sourceOf(before)) && /^[0-9a-z]/i.test(sourceOf(after));
}

function sourceOf(node: Node | undefined): string {
  return node === undefined || node.kind === "element" ? "" : literal([node]);
}

function writeProduct(sheet: Sheet, { token }: TokenNode): void {
  const mark = /^\*{1,2}/.exec(token.raw)?.[0] ?? "";
  write(sheet, mark);
  if ("tokens" in token && token.tokens !== undefined) writeInline(sheet, token.tokens);
  write(sheet, mark);
}

/** An element of HTML around what `inner` writes. */
export function writeElement(sheet: Sheet, element: ElementNode, inner: () => void): void {
  switch (element.name) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
    case "spoiler":
    case "blockquote":
      writeAs(sheet, { type: element.name }, inner);
      break;
    case "summary":
      writeAs(sheet, { type: "bold" }, inner);
      break;
    case "details":
      writeAs(sheet, { type: "expandable_blockquote" }, inner);
      break;
    case "code":
    case "pre":
      writeAs(sheet, { type: element.name }, () =>
        write(sheet, withoutReferences(literal(element.children))),
      );
      break;
    case "link":
      writeLink(sheet, /\shref\s*=\s*["']?([^\s"'>]*)/i.exec(element.attributes)?.[1] ?? "", inner);
      break;
  }
}

function writeToken(sheet: Sheet, token: TokenNode["token"]): void {
  switch (token.type) {
    case "text":
      if (token.tokens !== undefined) writeInline(sheet, token.tokens);
      else write(sheet, withoutReferences(token.text));
      break;
    case "paragraph":
      writeInline(sheet, token.tokens);
      break;
    case "escape":
      write(sheet, token.text);
      break;
    case "strong":
      writeAs(sheet, { type: "bold" }, () => writeInline(sheet, token.tokens));
      break;
    case "em":
      writeAs(sheet, { type: "italic" }, () => writeInline(sheet, token.tokens));
      break;
    case "del":
      writeAs(sheet, { type: "strikethrough" }, () => writeInline(sheet, token.tokens));
      break;
    case "codespan":
      writeAs(sheet, { type: "code" }, () => write(sheet, token.text));
      break;
    case "br":
      write(sheet, "\n");
      break;
    case "link":
      // Telegram links bare addresses by itself.
      if (token.autolink === true) write(sheet, token.text);
      else writeLink(sheet, token.href, () => writeInline(sheet, token.tokens));
      break;
    case "image":
      writeLink(sheet, token.href, () => writeInline(sheet, token.tokens));
      break;
    case "checkbox":
      // The list has written it in the place of its bullet.
      break;
    case "blockquote":
    case "code":
    case "def":
    case "heading":
    case "hr":
    case "html":
    case "list":
    case "list_item":
    case "space":
    case "table":
      // Never inside a paragraph.
      write(sheet, token.raw);
      break;
  }
}

function writeLink(sheet: Sheet, href: string, inner: () => void): void {
  const destination = toDestination(withoutReferences(href));
  const start = sheet.text.length;
  inner();
  const words = sheet.text.slice(start).trim();
  switch (destination.shown) {
    case "behind":
      if (words === "") write(sheet, destination.url);
      else if (words !== destination.url) {
        const look = { type: "text_link", url: destination.url } as const;
        sheet.spans.push({ look, start, end: sheet.text.length });
      }
      break;
    case "beside":
      if (words === "") write(sheet, destination.place);
      else if (words !== destination.place && !sheet.isLean)
        write(sheet, ` (${destination.place})`);
      break;
    case "not":
      break;
  }
}
