import type { Token } from "marked";

import { writeCode } from "./code-block.ts";
import { writeElement, writeInline, writeNodes } from "./inline.ts";
import { writeList } from "./list.ts";
import { literal, toNodes } from "./node.ts";
import type { ElementNode, Node, TokenNode } from "./node.ts";
import { write, writeAs, writeIndented } from "./sheet.ts";
import type { Sheet } from "./sheet.ts";
import { writeTable } from "./table.ts";

/** Paragraphs, lists, code and what else stands below one another, as far apart as in the source. */
export function writeBlocks(sheet: Sheet, tokens: readonly Token[]): void {
  writeGroups(sheet, toNodes(tokens));
}

function writeGroups(sheet: Sheet, nodes: readonly Node[]): void {
  let hasWritten = false;
  let newlines = 0;
  for (const group of grouped(nodes)) {
    const source = group.map((node) => (node.kind === "element" ? "." : literal([node]))).join("");
    newlines += leadingNewlines(source);
    const before = sheet.text;
    if (hasWritten) sheet.text += newlines > 1 ? "\n\n" : "\n";
    const start = sheet.text.length;
    writeGroup(sheet, group);
    if (sheet.text.length > start) {
      hasWritten = true;
      newlines = trailingNewlines(source);
    } else {
      sheet.text = before;
      if (source.trim() !== "") newlines += trailingNewlines(source);
    }
  }
}

/** The words of an HTML block stand together; every other block for itself. */
function grouped(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const groups: Node[][] = [];
  let loose: Node[] | null = null;
  for (const node of nodes) {
    if (isBlock(node)) {
      groups.push([node]);
      loose = null;
    } else if (loose === null) groups.push((loose = [node]));
    else loose.push(node);
  }
  return groups;
}

function isBlock(node: Node): boolean {
  switch (node.kind) {
    case "token":
      return true;
    case "text":
      return false;
    case "element":
      return /^(blockquote|details|pre|summary)$/.test(node.name) || node.children.some(isBlock);
  }
}

function writeGroup(sheet: Sheet, group: readonly Node[]): void {
  const [first] = group;
  if (first === undefined) return;
  if (first.kind === "token") writeBlock(sheet, first.token);
  else if (isBlock(first) && first.kind === "element") writeElementBlock(sheet, first);
  else writeTrimmed(sheet, group);
}

function writeElementBlock(sheet: Sheet, element: ElementNode): void {
  writeIndented(sheet, "", () =>
    writeElement(sheet, element, () => writeGroups(sheet, element.children)),
  );
}

/** HTML blocks begin and end with line breaks that are no words. */
function writeTrimmed(sheet: Sheet, nodes: readonly Node[]): void {
  const last = nodes.length - 1;
  writeNodes(
    sheet,
    nodes.map((node, at) => {
      if (node.kind !== "text") return node;
      const text = at === 0 ? node.text.trimStart() : node.text;
      return { kind: "text", text: at === last ? text.trimEnd() : text };
    }),
  );
}

function writeBlock(sheet: Sheet, token: TokenNode["token"]): void {
  switch (token.type) {
    case "paragraph":
    case "text":
      writeIndented(sheet, sheet.isLean ? "" : sheet.indent, () => writeInline(sheet, [token]));
      break;
    case "heading":
      writeAs(sheet, { type: "bold" }, () => writeInline(sheet, token.tokens));
      break;
    case "code":
      writeCode(sheet, token);
      break;
    case "blockquote":
      writeIndented(sheet, "", () =>
        writeAs(sheet, { type: "blockquote" }, () => writeBlocks(sheet, token.tokens)),
      );
      break;
    case "list":
      writeList(sheet, token, (tokens) => writeBlocks(sheet, tokens));
      break;
    case "table":
      writeTable(sheet, token);
      break;
    case "hr":
      write(sheet, "———");
      break;
    case "space":
    case "def":
    case "checkbox":
      break;
    case "br":
    case "codespan":
    case "del":
    case "em":
    case "escape":
    case "html":
    case "image":
    case "link":
    case "list_item":
    case "strong":
      writeInline(sheet, [token]);
      break;
  }
}

function leadingNewlines(source: string): number {
  return countNewlines(source.slice(0, source.length - source.trimStart().length));
}

function trailingNewlines(source: string): number {
  return countNewlines(source.slice(source.trimEnd().length));
}

function countNewlines(text: string): number {
  return text.split("\n").length - 1;
}
