import type { MessageEntity } from "grammy/types";

type Found = "mention" | "bot_command" | "hashtag" | "url" | "email";

/** In order of precedence. */
const PATTERNS: readonly (readonly [type: Found, pattern: RegExp])[] = [
  ["url", /\bhttps?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/g],
  ["email", /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi],
  ["url", /(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|me|ru|de)\b(?:\/[^\s<>"]*)?/gi],
  ["bot_command", /(?<![\w/<>])\/\w{1,64}(?:@[a-z]\w{2,31})?(?![\w/])/gi],
  ["mention", /(?<![\w@])@[a-z]\w{2,31}\b/gi],
  ["hashtag", /(?<![\w#])#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*/gu],
];

/** What Telegram itself finds in a text. */
export function foundEntities(text: string): MessageEntity[] {
  const found: MessageEntity[] = [];
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if (!found.some((one) => overlaps(one, entity))) found.push(entity);
    }
  }
  return sorted(found);
}

export function overlaps(
  one: { offset: number; length: number },
  other: { offset: number; length: number },
): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}

/** By offset; of two at one place the longer first. */
export function sorted(entities: readonly MessageEntity[]): MessageEntity[] {
  return entities.toSorted((one, other) => one.offset - other.offset || other.length - one.length);
}
