import type { MessageEntity } from "grammy/types";

import { badRequest } from "./bot-error.ts";
import { linkProblem } from "./link.ts";
import type { FormattedText } from "./room.ts";

interface Open {
  readonly mark: string;
  readonly name: string;
  readonly offset: number;
  /** Where it begins in the source. */
  readonly begin: number;
  readonly language: string;
}

/** Longest first. */
const MARKS: readonly (readonly [mark: string, type: MessageEntity["type"], name: string])[] = [
  ["```", "pre", "Pre"],
  ["`", "code", "Code"],
  ["__", "underline", "Underline"],
  ["_", "italic", "Italic"],
  ["*", "bold", "Bold"],
  ["~", "strikethrough", "Strikethrough"],
  ["||", "spoiler", "Spoiler"],
  ["[", "text_link", "TextUrl"],
];
const RESERVED = new Set("_*[]()~`>#+-=|{}.!");

/** MarkdownV2: what is reserved is escaped, and what is opened is closed, or it is refused. */
export function parseMarkdown(source: string): FormattedText {
  const open: Open[] = [];
  const entities: MessageEntity[] = [];
  let quoteFrom: number | null = null;
  let text = "";
  let at = 0;

  function endQuote(): void {
    if (quoteFrom === null) return;
    const length = text.length - quoteFrom;
    if (length > 0) entities.push({ type: "blockquote", offset: quoteFrom, length });
    quoteFrom = null;
  }

  while (at < source.length) {
    const character = source[at] ?? "";
    const inCode = open.at(-1)?.mark.startsWith("`") === true;
    const next = source[at + 1];
    if (character === "\\" && next !== undefined && next.charCodeAt(0) <= 126) {
      text += next;
      at += 2;
    } else if (character === "\n" && quoteFrom !== null && next !== ">") {
      endQuote();
      text += character;
      at += 1;
    } else if (character === ">" && !inCode && (text === "" || text.endsWith("\n"))) {
      quoteFrom ??= text.length;
      at += 1;
    } else if (character === "]" && open.at(-1)?.mark === "[") {
      at = closeLink(source, at, { text, open, entities });
    } else {
      const mark = inCode
        ? MARKS.find(([one]) => one === open.at(-1)?.mark && source.startsWith(one, at))
        : MARKS.find(([one]) => source.startsWith(one, at));
      if (mark === undefined) {
        if (!inCode && RESERVED.has(character)) {
          throw broken(
            `Character '${character}' is reserved and must be escaped with the preceding '\\'`,
          );
        }
        text += character;
        at += 1;
      } else at = useMark(source, at, { mark, text, open, entities });
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw noEnd(source, unclosed);
  endQuote();
  return { text, entities };
}

interface Progress {
  readonly text: string;
  readonly open: Open[];
  readonly entities: MessageEntity[];
}

function useMark(
  source: string,
  at: number,
  { mark, text, open, entities }: Progress & { mark: (typeof MARKS)[number] },
): number {
  const [sign, type, name] = mark;
  const last = open.at(-1);
  if (last?.mark === sign) {
    open.pop();
    const length = text.length - last.offset;
    const language = last.language === "" ? {} : { language: last.language };
    if (length > 0)
      entities.push({ type, offset: last.offset, length, ...language } as MessageEntity);
    return at + sign.length;
  }
  let end = at + sign.length;
  let language = "";
  if (sign === "```") {
    const found = /^([^\s`]+)(?=\s)/.exec(source.slice(end));
    language = found?.[1] ?? "";
    end += language.length;
    if (source[end] === "\n") end += 1;
  }
  open.push({ mark: sign, name, offset: text.length, begin: at, language });
  return end;
}

function closeLink(source: string, at: number, { text, open, entities }: Progress): number {
  const link = open.pop();
  const offset = link?.offset ?? 0;
  const length = text.length - offset;
  if (source[at + 1] !== "(") return at + 1;
  const found = /\(((?:\\.|[^)\\])*)\)/y;
  found.lastIndex = at + 1;
  const match = found.exec(source);
  if (match === null) {
    throw broken(`Can't find end of a URL at byte offset ${bytes(source, at + 2)}`);
  }
  const url = (match[1] ?? "").replace(/\\(.)/g, "$1");
  if (length > 0 && linkProblem(url) === null)
    entities.push({ type: "text_link", offset, length, url });
  return at + 1 + match[0].length;
}

function noEnd(source: string, { name, begin }: Open): Error {
  return broken(`Can't find end of ${name} entity at byte offset ${bytes(source, begin)}`);
}

function broken(reason: string): Error {
  return badRequest(`can't parse entities: ${reason}`);
}

function bytes(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}
