import type { MessageEntity } from "grammy/types";

import { badRequest } from "./bot-error.ts";
import { linkProblem } from "./link.ts";
import type { FormattedText } from "./room.ts";

interface Open {
  readonly tag: string;
  readonly argument: string;
  readonly offset: number;
}

type Simple = "bold" | "italic" | "underline" | "strikethrough" | "spoiler";

const SIMPLE: ReadonlyMap<string, Simple> = new Map([
  ["b", "bold"],
  ["strong", "bold"],
  ["i", "italic"],
  ["em", "italic"],
  ["u", "underline"],
  ["ins", "underline"],
  ["s", "strikethrough"],
  ["strike", "strikethrough"],
  ["del", "strikethrough"],
  ["tg-spoiler", "spoiler"],
  ["span", "spoiler"],
]);
const OTHER = new Set(["a", "pre", "code", "blockquote"]);
const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
]);

/** Telegram's HTML: few tags, every one closed; anything else is refused. */
export function parseHtml(source: string): FormattedText {
  const open: Open[] = [];
  const entities: MessageEntity[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const character = source[at] ?? "";
    if (character === "&") {
      const decoded = decodeEntity(source, at);
      text += decoded?.text ?? "&";
      at = decoded?.end ?? at + 1;
    } else if (character !== "<") {
      text += character;
      at += 1;
    } else if (source[at + 1] === "/") {
      at = endTag(source, at, (name) => close(name, at));
    } else {
      const tag = startTag(source, at);
      open.push({ tag: tag.name, argument: tag.argument, offset: text.length });
      at = tag.end;
    }
  }

  function close(name: string, begin: number): void {
    const last = open.pop();
    if (last === undefined)
      throw broken(`Unexpected end tag at byte offset ${bytes(source, begin)}`);
    if (name !== "" && name !== last.tag) {
      throw broken(
        `Unmatched end tag at byte offset ${bytes(source, begin)}, expected "</${last.tag}>", found "</${name}>"`,
      );
    }
    const length = text.length - last.offset;
    if (length > 0) addEntity(entities, last, { length, inside: text.slice(last.offset) });
  }

  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw broken(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  }
  return { text, entities };
}

function broken(reason: string): Error {
  return badRequest(`can't parse entities: ${reason}`);
}

function bytes(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}

function decodeEntity(source: string, at: number): { text: string; end: number } | null {
  const found = /&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));?/iy;
  found.lastIndex = at;
  const match = found.exec(source);
  if (match === null) return null;
  const [, hex, decimal, name] = match;
  const end = at + match[0].length;
  if (name !== undefined) {
    const named = NAMED.get(name);
    return named === undefined ? null : { text: named, end };
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (code === 0 || code >= 0x10ffff || match[0].length >= 11) return null;
  return { text: String.fromCodePoint(code), end };
}

function endTag(source: string, begin: number, close: (name: string) => void): number {
  const match = /<\/([^\s>]*)\s*>/y;
  match.lastIndex = begin;
  const found = match.exec(source);
  if (found === null) throw broken(`Unclosed end tag at byte offset ${bytes(source, begin)}`);
  close((found[1] ?? "").toLowerCase());
  return begin + found[0].length;
}

function startTag(source: string, begin: number): { name: string; argument: string; end: number } {
  const offset = bytes(source, begin);
  const named = /<([^\s>]*)/y;
  named.lastIndex = begin;
  const name = (named.exec(source)?.[1] ?? "").toLowerCase();
  let at = begin + 1 + name.length;
  if (at >= source.length) throw broken(`Unclosed start tag at byte offset ${offset}`);
  if (!SIMPLE.has(name) && !OTHER.has(name)) {
    throw broken(`Unsupported start tag "${name}" at byte offset ${offset}`);
  }
  let argument = "";
  const attribute = /\s*([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?\s*/y;
  while (source[at] !== ">") {
    attribute.lastIndex = at;
    const found = attribute.exec(source);
    if (found === null) {
      if (/^\s*$/.test(source.slice(at))) {
        throw broken(`Unclosed start tag "${name}" at byte offset ${offset}`);
      }
      if (/^\s+>/.test(source.slice(at))) break;
      throw broken(`Empty attribute name in the tag "${name}" at byte offset ${offset}`);
    }
    at += found[0].length;
    argument = argumentOf(name, found) ?? argument;
    if (at >= source.length) throw broken(`Unclosed start tag at byte offset ${offset}`);
  }
  if (name === "span" && argument !== "spoiler") {
    throw broken(`Tag "span" must have class "tg-spoiler" at byte offset ${offset}`);
  }
  return { name, argument, end: source.indexOf(">", at) + 1 };
}

function argumentOf(tag: string, attribute: RegExpExecArray): string | undefined {
  const name = attribute[1] ?? "";
  const raw = attribute[2] ?? attribute[3] ?? attribute[4] ?? "";
  const value = raw.replace(
    /&(?:#x?[0-9a-f]+|[a-z]+);?/gi,
    (one) => decodeEntity(one, 0)?.text ?? one,
  );
  if (tag === "a" && name === "href") return value;
  if (tag === "code" && name === "class" && value.startsWith("language-")) return value.slice(9);
  if (tag === "span" && name === "class" && value.startsWith("tg-")) return value.slice(3);
  if (tag === "blockquote" && name === "expandable") return "expandable";
  return undefined;
}

function addEntity(
  entities: MessageEntity[],
  { tag, argument, offset }: Open,
  span: { length: number; inside: string },
): void {
  const { length, inside } = span;
  const simple = SIMPLE.get(tag);
  if (simple !== undefined) entities.push({ type: simple, offset, length });
  else if (tag === "a") {
    const url = argument === "" ? inside : argument;
    if (linkProblem(url) === null) entities.push({ type: "text_link", offset, length, url });
  } else if (tag === "blockquote") {
    const type = argument === "" ? "blockquote" : "expandable_blockquote";
    entities.push({ type, offset, length });
  } else if (tag === "pre") {
    const inner = entities.at(-1);
    const isWhole = inner?.type === "code" && inner.offset === offset && inner.length === length;
    if (isWhole) entities.pop();
    const language = isWhole ? (inner as { language?: string }).language : undefined;
    entities.push({ type: "pre", offset, length, ...(language === undefined ? {} : { language }) });
  } else {
    // The language is dropped when no `pre` is found around it.
    const language = argument === "" ? {} : { language: argument };
    entities.push({ type: "code", offset, length, ...language });
  }
}
