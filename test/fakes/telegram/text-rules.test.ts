import type { MessageEntity } from "grammy/types";
import { describe, expect, it } from "vitest";

import { refusal, setUp } from "./stand.ts";

type Sent = readonly [text: string, entities: readonly MessageEntity[]];

async function htmlOf(text: string): Promise<Sent> {
  return shown(text, { parse_mode: "HTML" });
}

async function shown(text: string, other: Readonly<Record<string, unknown>>): Promise<Sent> {
  const { api, chat } = await setUp();
  const { message_id: id } = await api.sendMessage(chat.id, text, other);
  const seen = chat.message(id);
  return [seen?.text ?? "", seen?.entities ?? []];
}

async function refused(text: string, other: Readonly<Record<string, unknown>>): Promise<string> {
  const { api, chat } = await setUp();
  const reason = await refusal(api.sendMessage(chat.id, text, other));
  expect(chat.seen()).toEqual([]);
  return reason.replace(/^Bad Request: /, "");
}

describe("the fake Bot API's text", () => {
  it.each([
    ["", "message text is empty"],
    [" \n\t ", "text must be non-empty"],
    ["x".repeat(4097), "message is too long"],
    ["x".repeat(32_769), "text is too long"],
    ["lone \uD83D surrogate", "strings must be encoded in UTF-8"],
  ])("is refused: %#", async (text, reason) => {
    expect(await refused(text, {})).toBe(reason);
  });

  it("may be 4096 UTF-16 units long, counted after its markup and spaces are gone", async () => {
    const [text] = await htmlOf(`  <b>${"😀".repeat(2048)}</b>  `);
    expect(text).toHaveLength(4096);
    expect(await refused("😀".repeat(2048) + "x", {})).toBe("message is too long");
  });

  it("loses what Telegram does not show", async () => {
    const entities = [{ type: "bold", offset: 4, length: 3 }];
    const [text, moved] = await shown("a\r\n\tbcd\u202Ee\u0000f ", { entities });
    expect(text).toBe("a\n bcde f");
    expect(moved).toEqual([{ type: "bold", offset: 3, length: 3 }]);
  });

  it("has the links, mentions, commands and hashtags that are in it", async () => {
    const [, entities] = await shown("/go@x_bot @ann #tag https://a.org, me@a.org a.org", {});
    expect(entities.map(({ type, offset }) => `${type} ${offset}`)).toEqual([
      "bot_command 0",
      "mention 10",
      "hashtag 15",
      "url 20",
      "email 35",
      "url 44",
    ]);
    const code = { entities: [{ type: "code", offset: 0, length: 3 }] };
    expect(await shown("/go", code)).toEqual(["/go", code.entities]);
  });
});

describe("the fake Bot API's entities", () => {
  const bold = (offset: number, length: number): { entities: unknown[] } => ({
    entities: [{ type: "bold", offset, length }],
  });

  it.each([
    ["abc", bold(-1, 1), "receive an entity with incorrect offset -1"],
    ["abc", bold(0, -1), "receive an entity with incorrect length -1"],
    ["abc", bold(3, 1), "entity begins after the end of the text at UTF-16 offset 3"],
    [
      "abc",
      bold(1, 3),
      "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 4",
    ],
    ["a😀b", bold(2, 1), "entity begins in a middle of a UTF-16 symbol at byte offset 5"],
    [
      "a😀b",
      bold(0, 2),
      "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5",
    ],
    ["abc", { entities: ["bold"] }, "can't parse MessageEntity: expected an Object"],
    [
      "abc",
      { entities: [{ type: "bold", offset: 0 }] },
      "can't parse MessageEntity: Can't find field \"length\"",
    ],
    [
      "abc",
      { entities: [{ type: "text_link", offset: 0, length: 3, url: "http://localhost:3000" }] },
      "entity URL 'http://localhost:3000' is invalid: Wrong HTTP URL",
    ],
    [
      "abc",
      { entities: [{ type: "text_link", offset: 0, length: 3, url: "file:///etc" }] },
      "entity URL 'file:///etc' is invalid: Unsupported URL protocol",
    ],
  ])("are refused: %s %o", async (text, other, reason) => {
    expect(await refused(text, other)).toBe(reason);
  });

  it("are ignored above a hundred, when empty, unknown, or inside code", async () => {
    const many = Array.from({ length: 120 }, (_, at) => ({ type: "bold", offset: at, length: 1 }));
    const [, kept] = await shown("x".repeat(120), { entities: many });
    expect(kept).toHaveLength(100);
    const [, entities] = await shown("abcdef", {
      entities: [
        { type: "pre", offset: 0, length: 3, language: "js" },
        { type: "bold", offset: 1, length: 1 },
        { type: "italic", offset: 4, length: 0 },
        { type: "sparkle", offset: 4, length: 2 },
      ],
    });
    expect(entities).toEqual([{ type: "pre", offset: 0, length: 3, language: "js" }]);
  });
});

describe("the fake Bot API's HTML", () => {
  it("becomes text and entities", async () => {
    const source =
      '<b>bold <i>both</i></b> <u>u</u><s>s</s> <a href="https://a.b/?x=1&amp;y=2">link</a> &lt;&#128512;';
    expect(await htmlOf(source)).toEqual([
      "bold both us link <😀",
      [
        { type: "bold", offset: 0, length: 9 },
        { type: "italic", offset: 5, length: 4 },
        { type: "underline", offset: 10, length: 1 },
        { type: "strikethrough", offset: 11, length: 1 },
        { type: "text_link", offset: 13, length: 4, url: "https://a.b/?x=1&y=2" },
      ],
    ]);
  });

  it("knows code with a language, quotes and spoilers", async () => {
    const source =
      '<pre><code class="language-ts">a</code></pre> <code>b</code> <blockquote expandable>c</blockquote>' +
      ' <span class="tg-spoiler">d</span>';
    expect(await htmlOf(source)).toEqual([
      "a b c d",
      [
        { type: "pre", offset: 0, length: 1, language: "ts" },
        { type: "code", offset: 2, length: 1 },
        { type: "expandable_blockquote", offset: 4, length: 1 },
        { type: "spoiler", offset: 6, length: 1 },
      ],
    ]);
  });

  it.each([
    ["a <br> b", 'Unsupported start tag "br" at byte offset 2'],
    ["ä <b>b", 'Can\'t find end tag corresponding to start tag "b"'],
    ["ä </b>", "Unexpected end tag at byte offset 3"],
    ["<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ["a <b", "Unclosed start tag at byte offset 2"],
    ["<b>a</b", "Unclosed end tag at byte offset 4"],
    ["1 < 2", 'Unsupported start tag "" at byte offset 2'],
    ["<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ])("is refused: %s", async (source, reason) => {
    expect(await refused(source, { parse_mode: "HTML" })).toBe(`can't parse entities: ${reason}`);
  });
});

describe("the fake Bot API's MarkdownV2", () => {
  it("becomes text and entities", async () => {
    const source =
      "*b _i_* ~s~ ||x|| `c*` [l](https://a.b) \\*\n>quote\n>more\n```ts\nlet\\_a\n```";
    const [text, entities] = await shown(source, { parse_mode: "MarkdownV2" });
    expect(text).toBe("b i s x c* l *\nquote\nmore\nlet_a");
    expect(entities.map((one) => `${one.type} ${one.offset}+${one.length}`)).toEqual([
      "bold 0+3",
      "italic 2+1",
      "strikethrough 4+1",
      "spoiler 6+1",
      "code 8+2",
      "text_link 11+1",
      "blockquote 15+10",
      "pre 26+5",
    ]);
  });

  it.each([
    ["Hello.", "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ["a *b", "Can't find end of Bold entity at byte offset 2"],
    ["ä `b", "Can't find end of Code entity at byte offset 3"],
    ["[a](b", "Can't find end of a URL at byte offset 4"],
  ])("is refused: %s", async (source, reason) => {
    const mode = { parse_mode: "MarkdownV2" };
    expect(await refused(source, mode)).toBe(`can't parse entities: ${reason}`);
  });

  it("is not the only mode, but no other is known", async () => {
    expect(await refused("a", { parse_mode: "rtf" })).toBe("unsupported parse_mode");
  });
});
