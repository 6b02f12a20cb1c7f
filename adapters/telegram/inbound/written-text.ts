import type { BotIdentity } from "../bot-identity.ts";
import type { WireContent, WireEntity } from "./message-shape.ts";

/** What a person wrote: the text, or what stands under a file. */
export interface WrittenText {
  readonly text: string;
  readonly entities: readonly WireEntity[];
}

export function writtenText(content: WireContent): WrittenText {
  return content.text === undefined
    ? { text: content.caption ?? "", entities: content.caption_entities }
    : { text: content.text, entities: content.entities };
}

/** The other bot that a command is for, without the `@`; null: it is for whoever hears it, or it is no command. */
export function commandTarget({ text }: WrittenText): string | null {
  return /^\/\w+@(\w+)/.exec(text)?.[1] ?? null;
}

export function mentions(written: WrittenText, bot: BotIdentity): boolean {
  return written.entities.some((entity) => isMention(written.text, entity, bot));
}

/**
 * The text as an agent reads it: without the mention that only called us and the `@us` of a command, and with what
 * Telegram keeps beside the text: where links lead, and what is code.
 */
export function readableText(written: WrittenText, bot: BotIdentity): string {
  const calling = written.entities.find(
    (entity) => entity.offset === 0 && isMention(written.text, entity, bot),
  );
  const text = marked(written);
  if (calling !== undefined) {
    // A mention alone says something, too: it is kept.
    return text.slice(calling.length).replace(/^[\s,:;–—-]+/, "") || text;
  }
  const target = commandTarget(written);
  return target !== null && isName(target, bot) ? text.replace(/^(\/\w+)@\w+/, "$1") : text;
}

export function isName(name: string, bot: BotIdentity): boolean {
  return name.toLowerCase() === bot.username.toLowerCase();
}

function isMention(text: string, entity: WireEntity, bot: BotIdentity): boolean {
  if (entity.type === "text_mention") return entity.user?.id === bot.id;
  if (entity.type !== "mention") return false;
  return isName(text.slice(entity.offset + 1, entity.offset + entity.length), bot);
}

function marked(written: WrittenText): string {
  let text = written.text;
  const markable = written.entities.filter((entity) => mark("", entity) !== null);
  const outer = markable.filter((one) => !markable.some((other) => isWithin(one, other)));
  // From the end, so that what comes before stays where it is.
  for (const entity of outer.toSorted((one, other) => other.offset - one.offset)) {
    const end = entity.offset + entity.length;
    const words = text.slice(entity.offset, end);
    text = text.slice(0, entity.offset) + (mark(words, entity) ?? words) + text.slice(end);
  }
  return text;
}

function isWithin(one: WireEntity, other: WireEntity): boolean {
  const isInside =
    other.offset <= one.offset && one.offset + one.length <= other.offset + other.length;
  return one !== other && one.length < other.length && isInside;
}

function mark(words: string, entity: WireEntity): string | null {
  switch (entity.type) {
    case "text_link":
      return entity.url === undefined ? null : `[${words}](${entity.url})`;
    case "code":
      return words.includes("`") ? null : `\`${words}\``;
    case "pre":
      return `\`\`\`${entity.language ?? ""}\n${words}\n\`\`\``;
    default:
      return null;
  }
}
