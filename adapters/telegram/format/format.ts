import type { MessageEntity } from "grammy/types";
import { Lexer } from "marked";
import type { Token } from "marked";

import { writeBlocks } from "./blocks.ts";
import { toEntities } from "./entities.ts";
import { plainText, sendable } from "./plain.ts";
import { emptySheet } from "./sheet.ts";
import type { Sheet } from "./sheet.ts";

export interface FormattedText {
  readonly text: string;
  readonly entities: MessageEntity[];
}

/** Twice a message's length; reading takes time by the square of it for text that is all marks. */
const LONGEST = 8192;

/**
 * Markdown as agents write it, as Telegram shows it. Never throws; the text is never longer than `markdown`,
 * so what was cut to the limit of a message fits one. Longer than two messages, it is left as it is.
 */
export function formatMarkdown(markdown: string): FormattedText {
  const source = sendable(markdown);
  return rendered(source) ?? { text: plainText(markdown), entities: [] };
}

function rendered(source: string): FormattedText | null {
  if (source.length > LONGEST) return null;
  try {
    const tokens = Lexer.lex(source);
    return (
      shown(source, writtenOn(emptySheet(false), tokens)) ??
      shown(source, writtenOn(emptySheet(true), tokens))
    );
  } catch {
    // Thousands of quotes or lists in one another are more than the stack holds.
    return null;
  }
}

function writtenOn(sheet: Sheet, tokens: readonly Token[]): Sheet {
  writeBlocks(sheet, tokens);
  return sheet;
}

/** Null when it shows nothing, or is longer than its source. */
function shown(source: string, sheet: Sheet): FormattedText | null {
  const end = sheet.text.trimEnd().length;
  const start = Math.min(end, /^[ \n\t]*/.exec(sheet.text)?.[0].length ?? 0);
  const text = sheet.text.slice(start, end);
  if (text === "" || text.length > source.length) return null;
  const spans = sheet.spans.map((span) => ({
    ...span,
    start: Math.max(0, span.start - start),
    end: Math.min(end, span.end) - start,
  }));
  return { text, entities: toEntities(text, spans) };
}
