import { describe, expect, it } from "vitest";

import { formatMarkdown } from "../../../../adapters/discord/outbound/format.ts";

const format = (markdown: string, limit = 2_000): string => formatMarkdown(markdown, limit);

describe("Markdown for Discord", () => {
  it.each([
    ["plain words", "hello, *world* and __all__"],
    ["headings that Discord has", "# One\n## Two\n### Three"],
    ["lists and quotes", "- a\n  - b\n1. c\n> quoted\n- [ ] task"],
    ["links", "[name](https://example.com/a_(b)) and <https://example.com>"],
    ["a rule under an empty line", "a\n\n---\n\nb"],
    ["pipes that are no table", "a | b\nc | d"],
    ["code", "```md\n#### no heading\n![no](image)\n|a|b|\n|-|-|\n```"],
    ["a longer fence around a shorter", "````\n```\n#### x\n```\n````"],
    ["a span of code", "see `![a](b)` there"],
    ["nothing", ""],
  ])("leaves %s as it is", (_, markdown) => {
    expect(format(markdown)).toBe(markdown);
  });

  it.each([
    ["#### Four", "**Four**"],
    ["###### Six ###", "**Six**"],
    ["#### **Bold**", "**Bold**"],
    ["Title\n===\ntext", "# Title\ntext"],
    ["![a cat](https://example.com/cat.png)", "[a cat](https://example.com/cat.png)"],
    ['see ![x](u "t") `![y](z)`', 'see [x](u "t") `![y](z)`'],
  ])("shows %j as %j", (markdown, shown) => {
    expect(format(markdown)).toBe(shown);
  });

  it("closes a code block that was left open", () => {
    expect(format("```js\nlet a")).toBe("```js\nlet a\n```");
    expect(format("~~~~\nlet a")).toBe("~~~~\nlet a\n~~~~");
  });

  it("shows a narrow table as a code block with even columns", () => {
    const markdown =
      "before\n| Name | **Age** |\n|:--|--:|\n| Ada | 36 |\n| Grace Hopper | `85` |\nafter";
    expect(format(markdown)).toBe(
      [
        "before",
        "```",
        "Name          Age",
        "────────────  ───",
        "Ada           36",
        "Grace Hopper  85",
        "```",
        "after",
      ].join("\n"),
    );
  });

  it("shows a table that is wide, or has links, as a list", () => {
    const wide = "w".repeat(60);
    expect(format(`a | b | c\n--- | --- | ---\n1 | ${wide} |`)).toBe(`- 1\n  - b: ${wide}`);
    expect(format("|a|b|\n|-|-|\n|x|[n](u)|")).toBe("- x\n  - b: [n](u)");
  });

  it("a cell may hold an escaped pipe, rows may be uneven", () => {
    expect(format("|a|b|\n|-|-|\n|x \\| y|\n|1|2|3|")).toBe(
      ["```", "a      b", "─────  ─", "x | y", "1      2", "```"].join("\n"),
    );
  });

  it("what would no longer fit stays as it was written", () => {
    const table = "|a|b|\n|-|-|\n|x|y|";
    expect(format(table, table.length)).toBe(table);
  });

  it("no text grows over the limit", () => {
    const pieces = ["#### h", "|a|b|\n|-|-|\n|x|y|", "```", "Title\n===", "![a](b)", "~~~", "w"];
    for (let seed = 0; seed < 2_000; seed += 1) {
      let rest = seed;
      const chosen: string[] = [];
      while (rest > 0) {
        chosen.push(pieces[rest % pieces.length] ?? "");
        rest = Math.floor(rest / pieces.length);
      }
      const markdown = chosen.join("\n");
      expect(format(markdown, markdown.length).length).toBeLessThanOrEqual(markdown.length);
    }
  });
});
