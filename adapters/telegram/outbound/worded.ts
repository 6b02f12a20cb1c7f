import type { MessageEntity } from "grammy/types";

import type { Log } from "../../log.ts";
import { formatMarkdown } from "../format/format.ts";
import { plainText } from "../format/plain.ts";
import { cutText } from "./cut-text.ts";
import type { Called } from "./line.ts";

export interface Wording {
  readonly text: string;
  readonly entities: MessageEntity[];
}

/** Refusals that are about how a text is written, and not about where it goes. */
const ABOUT_THE_TEXT =
  /(?<!request )entit(y|ies)|(text|message|caption) is too long|MESSAGE_TOO_LONG|CAPTION_TOO_LONG|text is empty|text must be non-empty|encoded in UTF-8/i;

/** Asks with the formatted text, and where Telegram refuses that, once again with the source as it is. */
export async function worded<T>(
  about: { readonly markdown: string; readonly limit: number; readonly log: Log },
  ask: (wording: Wording) => Promise<Called<T>>,
): Promise<Called<T>> {
  const { markdown, limit, log } = about;
  const formatted = formatMarkdown(markdown);
  const plain = (): Wording => ({ text: cutText(plainText(markdown), limit), entities: [] });
  if (formatted.text.length > limit) return ask(plain());
  const called = await ask(formatted);
  if (called.outcome !== "refused" || !ABOUT_THE_TEXT.test(called.reason)) return called;
  log.warn({ reason: called.reason }, "formatting refused, sent as plain text");
  return ask(plain());
}
