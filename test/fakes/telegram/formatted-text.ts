import type { MessageEntity } from "grammy/types";

import { badRequest } from "./bot-error.ts";
import { foundEntities, overlaps, sorted } from "./found-entities.ts";
import { linkProblem } from "./link.ts";
import { isRecord, jsonOf, textOf } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { parseHtml } from "./parse-html.ts";
import { parseMarkdown } from "./parse-markdown.ts";
import type { FormattedText } from "./room.ts";

export const NO_TEXT: FormattedText = { text: "", entities: [] };

const LONGEST_TEXT = 4096;
const LONGEST_CAPTION = 1024;
const LARGEST_SOURCE = 32_768;
const MOST_ENTITIES = 100;
const PLAIN_ENTITIES = new Set(
  "bold italic underline strikethrough spoiler code pre blockquote expandable_blockquote".split(
    " ",
  ),
);

export function messageText(parameters: Parameters): FormattedText {
  if (textOf(parameters, "text") === "") throw badRequest("message text is empty");
  const formatted = formattedText(parameters, { text: "text", entities: "entities" });
  if (formatted.text === "") throw badRequest("text must be non-empty");
  if (formatted.text.length > LONGEST_TEXT) throw badRequest("message is too long");
  return formatted;
}

/** `from`: parameters, or one item of a media group. */
export function captionText(from: Parameters): FormattedText {
  const caption = formattedText(from, { text: "caption", entities: "caption_entities" });
  if (caption.text.length > LONGEST_CAPTION) throw badRequest("message caption is too long");
  return caption;
}

/** May be empty. */
export function formattedText(
  parameters: Parameters,
  names: { text: string; entities: string },
): FormattedText {
  const source = textOf(parameters, names.text);
  if (!source.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
  if (Buffer.byteLength(source) > LARGEST_SOURCE) throw badRequest("text is too long");
  const parsed = parsedText(source, parameters, names.entities);
  const clean = trimmed(cleaned(parsed));
  const given = withoutForbiddenNesting(sorted(clean.entities)).slice(0, MOST_ENTITIES);
  const found = foundEntities(clean.text).filter((one) => !given.some(hides(one)));
  return { text: clean.text, entities: sorted([...given, ...found]) };
}

function parsedText(source: string, parameters: Parameters, entitiesName: string): FormattedText {
  const mode = textOf(parameters, "parse_mode").toLowerCase();
  if (mode === "html") return parseHtml(source);
  if (mode === "markdownv2") return parseMarkdown(source);
  if (mode !== "" && mode !== "none") throw badRequest("unsupported parse_mode");
  return { text: source, entities: givenEntities(jsonOf(parameters, entitiesName, "entities")) };
}

function givenEntities(value: unknown): MessageEntity[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entity: unknown) => {
    if (!isRecord(entity)) throw badEntity("expected an Object");
    for (const field of ["offset", "length"]) {
      if (!Number.isInteger(entity[field])) throw badEntity(`Can't find field "${field}"`);
    }
    return isKnownEntity(entity) ? [entity as unknown as MessageEntity] : [];
  });
}

function badEntity(reason: string): Error {
  return badRequest(`can't parse MessageEntity: ${reason}`);
}

/** Kinds that Telegram finds by itself are ignored when given, as are unknown ones. */
function isKnownEntity(entity: Readonly<Record<string, unknown>>): boolean {
  const type = String(entity["type"]);
  if (type === "text_link") {
    const url = entity["url"];
    if (typeof url !== "string") throw badEntity('Can\'t find field "url"');
    const problem = linkProblem(url);
    if (problem !== null) throw badRequest(`entity URL '${url}' is invalid: ${problem}`);
    return true;
  }
  return PLAIN_ENTITIES.has(type) || type === "text_mention" || type === "custom_emoji";
}

/** Drops or blanks what Telegram does not show, and moves the entities accordingly. */
function cleaned({ text, entities }: FormattedText): FormattedText {
  const kept: number[] = [];
  let result = "";
  for (let at = 0; at < text.length; at += 1) {
    kept.push(result.length);
    const unit = text[at] ?? "";
    if (isDropped(unit)) continue;
    result += unit <= " " && unit !== "\n" ? " " : unit;
  }
  kept.push(result.length);
  const moved = entities.flatMap((entity) => {
    checkBounds(text, entity);
    const from = kept[entity.offset] ?? 0;
    const to = kept[entity.offset + entity.length] ?? 0;
    return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
  });
  return { text: result, entities: moved };
}

function isDropped(unit: string): boolean {
  return "\r\u0333\u033F\u030A".includes(unit) || (unit >= "\u2028" && unit <= "\u202E");
}

function checkBounds(text: string, { offset, length }: MessageEntity): void {
  if (offset < 0 || offset > 1_000_000) {
    throw badRequest(`receive an entity with incorrect offset ${offset}`);
  }
  if (length < 0 || length > 1_000_000) {
    throw badRequest(`receive an entity with incorrect length ${length}`);
  }
  if (length === 0) return;
  const end = offset + length;
  if (offset >= text.length) {
    throw badRequest(`entity begins after the end of the text at UTF-16 offset ${offset}`);
  }
  if (splitsSymbol(text, offset)) {
    throw badRequest(
      `entity begins in a middle of a UTF-16 symbol at byte offset ${bytesAfter(text, offset)}`,
    );
  }
  if (end > text.length) {
    throw badRequest(
      `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`,
    );
  }
  if (splitsSymbol(text, end)) {
    throw badRequest(
      `entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol at byte offset ${bytesAfter(text, end)}`,
    );
  }
}

function splitsSymbol(text: string, at: number): boolean {
  return /[\uDC00-\uDFFF]/.test(text[at] ?? "");
}

function bytesAfter(text: string, at: number): number {
  return Buffer.byteLength(text.slice(0, at + 1));
}

function trimmed({ text, entities }: FormattedText): FormattedText {
  const end = text.trimEnd().length;
  const firstEntity = Math.min(text.length, ...entities.map((entity) => entity.offset));
  const blank = /^[ \n]*/.exec(text)?.[0].length ?? 0;
  const start = Math.min(blank, firstEntity, end);
  const inside = entities.flatMap((entity) => {
    const length = Math.min(entity.offset + entity.length, end) - entity.offset;
    return length > 0 ? [{ ...entity, offset: entity.offset - start, length }] : [];
  });
  return { text: text.slice(start, end), entities: inside };
}

function withoutForbiddenNesting(entities: readonly MessageEntity[]): MessageEntity[] {
  const kept: MessageEntity[] = [];
  for (const entity of entities) {
    const around = kept.filter((one) => overlaps(one, entity));
    if (around.some(isCode)) continue;
    if (isCode(entity) && around.some((one) => !isQuote(one))) continue;
    if (isQuote(entity) && around.some(isQuote)) continue;
    kept.push(isCode(entity) && entity.type === "code" ? bareCode(entity) : entity);
  }
  return kept;
}

function isCode({ type }: MessageEntity): boolean {
  return type === "code" || type === "pre";
}

function isQuote({ type }: MessageEntity): boolean {
  return type === "blockquote" || type === "expandable_blockquote";
}

function bareCode({ offset, length }: MessageEntity): MessageEntity {
  return { type: "code", offset, length };
}

/** Nothing is found inside code and links. */
function hides(found: MessageEntity): (given: MessageEntity) => boolean {
  return (given) => (isCode(given) || given.type === "text_link") && overlaps(given, found);
}
