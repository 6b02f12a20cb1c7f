import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Inline } from "../../../console/chat/markdown-inline.ts";
import { readMarkdown } from "../../../console/chat/markdown-tree.ts";
import type { Block } from "../../../console/chat/markdown-tree.ts";

const inline = (markdown: string): readonly Inline[] => {
  const [block] = readMarkdown(markdown);
  return block?.kind === "paragraph" ? block.content : [];
};

describe("Markdown", () => {
  it("reads headings, quotes, rules and emphasis", () => {
    expect(readMarkdown("## Why\n\n> **so** *and* ~~not~~\n\n---")).toEqual([
      { kind: "heading", depth: 2, content: [text("Why")] },
      {
        kind: "quote",
        blocks: [
          {
            kind: "paragraph",
            content: [
              { kind: "strong", content: [text("so")] },
              text(" "),
              { kind: "em", content: [text("and")] },
              text(" "),
              { kind: "strike", content: [text("not")] },
            ],
          },
        ],
      },
      { kind: "rule" },
    ]);
  });

  it("reads code with its language, and code that has not ended yet", () => {
    expect(readMarkdown("```ts\nlet a;\n```")).toEqual([
      { kind: "code", language: "ts", text: "let a;" },
    ]);
    expect(readMarkdown("```\n**a**")).toEqual([{ kind: "code", language: null, text: "**a**" }]);
    expect(inline("`<b>`")).toEqual([{ kind: "code", text: "<b>" }]);
  });

  it("reads lists: numbered ones from their number, tasks with their state", () => {
    expect(readMarkdown("3. a\n4. b")).toEqual([
      {
        kind: "list",
        start: 3,
        items: [
          { isDone: null, blocks: [paragraph("a")] },
          { isDone: null, blocks: [paragraph("b")] },
        ],
      },
    ]);
    for (const between of ["\n", "\n\n"]) {
      expect(readMarkdown(`- [x] a${between}- [ ] b`)).toEqual([
        {
          kind: "list",
          start: null,
          items: [
            { isDone: true, blocks: [paragraph("a")] },
            { isDone: false, blocks: [paragraph("b")] },
          ],
        },
      ]);
    }
  });

  it("reads tables with their alignment", () => {
    expect(readMarkdown("|a|b|\n|-|-:|\n|1|`2`|")).toEqual([
      {
        kind: "table",
        head: [
          { align: null, content: [text("a")] },
          { align: "right", content: [text("b")] },
        ],
        rows: [
          [
            { align: null, content: [text("1")] },
            { align: "right", content: [{ kind: "code", text: "2" }] },
          ],
        ],
      },
    ]);
  });

  it("leaves HTML as it was written", () => {
    expect(readMarkdown("<script>alert(1)</script>")).toEqual([
      { kind: "plain", text: "<script>alert(1)</script>" },
    ]);
    expect(inline("a <img src=x onerror=alert(1)> b")).toEqual([
      text("a "),
      text("<img src=x onerror=alert(1)>"),
      text(" b"),
    ]);
  });

  it("follows links to the web and to mail, and to nothing else", () => {
    expect(inline("[a](https://b.c/?d=1&e)")).toEqual([link("https://b.c/?d=1&e", "a")]);
    expect(inline("[a](mailto:b@c.d)")).toEqual([link("mailto:b@c.d", "a")]);
    for (const address of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "java&#115;cript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "file:///etc/passwd",
      "/api/v1/drain",
      "#/restart",
      "//evil.example",
    ]) {
      expect(inline(`[a](${address})`), address).toEqual([text(`[a](${address})`)]);
    }
  });

  it("shows a picture as a link, so that nothing is loaded", () => {
    expect(inline("![a](http://b.c/d.png)")).toEqual([link("http://b.c/d.png", "a")]);
  });

  it("reads the usual character references", () => {
    expect(inline("&lt;b&gt; &amp;lt; &#39;c&#x27; &nope;")).toEqual([text("<b> &lt; 'c' &nope;")]);
  });

  it("keeps each line that was ended", () => {
    expect(inline("a\nb")).toEqual([text("a"), { kind: "break" }, text("b")]);
  });

  it.each([
    ["quotes", ">".repeat(19_000)],
    ["lists", "- ".repeat(9000)],
    ["numbers", "1. ".repeat(6000)],
    ["stars", "*a_".repeat(6000)],
    ["nested emphasis", "**a ".repeat(2500) + "a**".repeat(2500)],
    ["underscores", "_a".repeat(9000)],
    ["brackets", "[".repeat(19_000)],
    ["addresses", "http://a(".repeat(2000)],
    ["ticks", "a`` ".repeat(4500)],
    ["tags", "<a ".repeat(6000)],
  ])("is read in a moment when it is all %s", (_, markdown) => {
    const begun = performance.now();
    expect(readMarkdown(markdown).length).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it("shows every letter of whatever is written", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PARTS), { maxLength: 30 }).map((parts) => parts.join("")),
        (markdown) => {
          const shown = readMarkdown(markdown).map(wordsOf).join(" ");
          for (const word of markdown.match(/w\d/g) ?? []) expect(shown).toContain(word);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** Without tables: of a row, cells beyond the head's are none by the rules of Markdown. */
const PARTS =
  "w1|w2| |\n|\n\n|*|**|_|~~|`|```\n|> |- |1. |# |<b>|</b>|[w3](http://w4)|[|](|)|![|- [ ] |&lt;|    |\t|\\|\r\n|<!--|-->".split(
    "|",
  );

function wordsOf(block: Block): string {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return block.content.map(inlineWords).join("");
    case "code":
      return `${block.language ?? ""} ${block.text}`;
    case "plain":
      return block.text;
    case "rule":
      return "";
    case "quote":
      return block.blocks.map(wordsOf).join(" ");
    case "list":
      return block.items.flatMap(({ blocks }) => blocks.map(wordsOf)).join(" ");
    case "table":
      return [block.head, ...block.rows]
        .flat()
        .flatMap(({ content }) => content.map(inlineWords))
        .join(" ");
  }
}

function inlineWords(inline: Inline): string {
  switch (inline.kind) {
    case "text":
    case "code":
      return inline.text;
    case "break":
      return "\n";
    case "link":
      return `${inline.content.map(inlineWords).join("")} ${inline.address}`;
    case "strong":
    case "em":
    case "strike":
      return inline.content.map(inlineWords).join("");
  }
}

function text(words: string): Inline {
  return { kind: "text", text: words };
}

function link(address: string, words: string): Inline {
  return { kind: "link", address, content: [text(words)] };
}

function paragraph(words: string): Block {
  return { kind: "paragraph", content: [text(words)] };
}
