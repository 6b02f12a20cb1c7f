import type { Tokens } from "marked";

import { write, writeAs, writeIndented } from "./sheet.ts";
import type { Look, Sheet } from "./sheet.ts";

/** Code as it is, under its language. */
export function writeCode(sheet: Sheet, token: Tokens.Code): void {
  const language = /^[\w+#.-]{1,32}/.exec(token.lang ?? "")?.[0];
  const look: Look = language === undefined ? { type: "pre" } : { type: "pre", language };
  writeIndented(sheet, "", () => writeAs(sheet, look, () => write(sheet, toBlock(token.text))));
}

/**
 * Telegram takes white space at the beginning out of the block: an indentation that all lines share is left
 * out, so that the lines keep their places; a first line that stands deeper than others gets a hard space.
 */
export function toBlock(code: string): string {
  const lines = code.trimEnd().split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  const shown = lines.slice(Math.max(0, first));
  const shared = sharedIndent(shown.filter((line) => line.trim() !== ""));
  return shown
    .map((line) => (line.startsWith(shared) ? line.slice(shared.length) : line.trim()))
    .join("\n")
    .replace(/^[ \t]/, "\u00A0");
}

function sharedIndent(lines: readonly string[]): string {
  let shared = indentOf(lines[0] ?? "");
  for (const line of lines) {
    while (!line.startsWith(shared)) shared = shared.slice(0, -1);
  }
  return shared;
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}
