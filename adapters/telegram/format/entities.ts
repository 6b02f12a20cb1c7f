import type { MessageEntity } from "grammy/types";

import type { Look, Span } from "./sheet.ts";

/** Telegram ignores what is over it. */
const MOST = 100;

/**
 * Entities as Telegram keeps them: none begins or ends with white space or inside a character; code contains
 * nothing and stands in nothing but a quote; links hold only what can be cut; quotes hold no quotes.
 */
export function toEntities(text: string, spans: readonly Span[]): MessageEntity[] {
  // Outer spans are written after what is in them; where both have one place, they come first.
  const whole = spans
    .toReversed()
    .flatMap((span) => trimmed(text, span))
    .toSorted(byPlace);
  const quotes = withoutOverlap(whole.filter(({ look }) => isQuote(look)));
  const fixed = withoutOverlap(whole.filter(({ look }) => isFixed(look)));
  const code = fixed.filter(({ look }) => look.type !== "text_link");
  const cut = whole
    .filter(({ look }) => isSplittable(look))
    .flatMap((span) => parts(span, code, quotes))
    .flatMap((span) => trimmed(text, span));
  const kept = [...quotes, ...fixed, ...withoutRepeats(cut.toSorted(byPlace))];
  return kept
    .toSorted((one, other) => weight(other.look) - weight(one.look) || byPlace(one, other))
    .slice(0, MOST)
    .toSorted(byPlace)
    .map(toEntity);
}

function isQuote({ type }: Look): boolean {
  return type === "blockquote" || type === "expandable_blockquote";
}

function isFixed({ type }: Look): boolean {
  return type === "code" || type === "pre" || type === "text_link";
}

function isSplittable(look: Look): boolean {
  return !isQuote(look) && !isFixed(look);
}

/** What is lost without it: a link's address more than a code block's place, that more than stress. */
function weight({ type }: Look): number {
  switch (type) {
    case "text_link":
      return 4;
    case "pre":
      return 3;
    case "blockquote":
    case "expandable_blockquote":
      return 2;
    case "code":
      return 1;
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
    case "spoiler":
      return 0;
  }
}

/** Outer ones first; a quote is outside of what has its place. */
function byPlace(one: Span, other: Span): number {
  return (
    one.start - other.start ||
    other.end - one.end ||
    Number(isQuote(other.look)) - Number(isQuote(one.look))
  );
}

function trimmed(text: string, { look, start, end }: Span): readonly Span[] {
  let from = start;
  let to = Math.min(end, text.length);
  while (from < to && isBlank(text, from)) from += 1;
  while (to > from && isBlank(text, to - 1)) to -= 1;
  return from < to ? [{ look, start: from, end: to }] : [];
}

function isBlank(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === " " || character === "\n" || character === "\t";
}

/** Of spans that nest, the outer ones. */
function withoutOverlap(spans: readonly Span[]): readonly Span[] {
  let end = 0;
  return spans.filter((span) => {
    if (span.start < end) return false;
    end = span.end;
    return true;
  });
}

/** The parts of a span between the edges of code and quotes, without those in code. */
function parts({ look, start, end }: Span, code: readonly Span[], quotes: readonly Span[]): Span[] {
  const isInside = (at: number): boolean => at > start && at < end;
  const inner = [...code, ...quotes].flatMap((each) => [each.start, each.end]).filter(isInside);
  const edges = [start, ...inner.toSorted((one, other) => one - other), end];
  return edges.slice(1).flatMap((to, at) => {
    const from = edges[at] ?? to;
    const isCode = code.some((each) => each.start <= from && to <= each.end);
    return isCode ? [] : [{ look, start: from, end: to }];
  });
}

/** Bold inside bold is bold. */
function withoutRepeats(spans: readonly Span[]): readonly Span[] {
  const ends = new Map<Look["type"], number>();
  return spans.filter(({ look, start, end }) => {
    if (start < (ends.get(look.type) ?? 0)) return false;
    ends.set(look.type, end);
    return true;
  });
}

function toEntity({ look, start, end }: Span): MessageEntity {
  return { ...look, offset: start, length: end - start };
}
