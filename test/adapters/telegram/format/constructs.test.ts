import { expect, it } from "vitest";

import { formatMarkdown } from "../../../../adapters/telegram/format/format.ts";

/** Each entity as `type|what it covers|url or language`. */
function looks(markdown: string): { readonly text: string; readonly entities: readonly string[] } {
  const { text, entities } = formatMarkdown(markdown);
  return {
    text,
    entities: entities.map((entity) => {
      const extra = "url" in entity ? entity.url : "language" in entity ? entity.language : null;
      const covered = text.slice(entity.offset, entity.offset + entity.length);
      return [entity.type, covered, ...(extra === null ? [] : [extra])].join("|");
    }),
  };
}

type Case = readonly [name: string, markdown: string, text: string, ...entities: string[]];

const WORDS: readonly Case[] = [
  ["bold", "a **b c** d", "a b c d", "bold|b c"],
  ["bold with underscores", "__b__", "b", "bold|b"],
  ["italic", "a *b* _c_", "a b c", "italic|b", "italic|c"],
  ["italic in bold", "**a *b***", "a b", "bold|a b", "italic|b"],
  ["bold and italic at once", "***a***", "a", "italic|a", "bold|a"],
  ["strikethrough", "~~a~~ b", "a b", "strikethrough|a"],
  ["inline code", "a `b **c**` d", "a b **c** d", "code|b **c**"],
  ["inline code with a backtick", "`` a`b ``", "a`b", "code|a`b"],
  ["bold around code", "**a `b` c**", "a b c", "bold|a", "code|b", "bold|c"],
  ["code in a link", "[`f()`](https://a.b)", "f()", "text_link|f()|https://a.b"],
  ["bold in a link", "[a **b**](https://a.b)", "a b", "text_link|a b|https://a.b", "bold|b"],
  ["bold around a link", "**[a](https://a.b)**", "a", "text_link|a|https://a.b", "bold|a"],
  ["a link with a title", '[a](https://a.b/c "t")', "a", "text_link|a|https://a.b/c"],
  ["a link by reference", "[a][1]\n\n[1]: https://a.b", "a", "text_link|a|https://a.b"],
  [
    "a link with a reference in its address",
    "[a](https://a.b?c&amp;d)",
    "a",
    "text_link|a|https://a.b?c&d",
  ],
  ["a link of Telegram", "[a](tg://resolve?domain=b)", "a", "text_link|a|tg://resolve?domain=b"],
  ["a link whose text is its address", "[https://a.b](https://a.b)", "https://a.b"],
  ["a link without text", "[](https://a.b/c)", "https://a.b/c"],
  ["a link to a file", "[main.ts](src/main.ts#L3)", "main.ts (src/main.ts#L3)"],
  ["a link to a file by its path", "[src/a.ts](src/a.ts)", "src/a.ts"],
  ["a link to this machine", "[app](http://localhost:3000)", "app (http://localhost:3000)"],
  ["a link to an address of mail", "[me](mailto:a@b.c)", "me (a@b.c)"],
  ["a link to a heading", "[up](#top)", "up"],
  ["a link that runs code", "[x](javascript:alert(1))", "x"],
  [
    "addresses as they are",
    "<https://a.b> https://c.d/e_f_g www.h.i j@k.l",
    "https://a.b https://c.d/e_f_g www.h.i j@k.l",
  ],
  ["an image", "![a cat](https://a.b/c.png)", "a cat", "text_link|a cat|https://a.b/c.png"],
  ["an image without words", "![](https://a.b/c.png)", "https://a.b/c.png"],
  ["an image in a link", "[![a](https://b.c/d)](https://e.f)", "a", "text_link|a|https://e.f"],
  [
    "words with underscores",
    "snake_case_words __init__.py",
    "snake_case_words init.py",
    "bold|init",
  ],
  ["sums", "2*3*4 and 2**3**4", "2*3*4 and 2**3**4"],
  ["emphasis inside East Asian words", "中*文*字", "中文字", "italic|文"],
  ["what Telegram links by itself", "@user /command #tag", "@user /command #tag"],
  ["escapes", "\\*a\\* \\[b\\]", "*a* [b]"],
  [
    "character references",
    "a &amp; &lt;b&gt; &#64; &#x1F600; &madeup; `&amp;`",
    "a & <b> @ 😀 &madeup; &amp;",
    "code|&amp;",
  ],
  ["a reference to half a character", "a&#xD800;&#0;b", "a\uFFFD\uFFFDb"],
  ["marks without an end", "**a and `b and [c](d", "**a and `b and [c](d"],
  ["blanks at the edges", "<b> a </b>.", "a .", "bold|a"],
];

const BLOCKS: readonly Case[] = [
  ["a heading", "# A *b*\ntext", "A b\ntext", "bold|A b", "italic|b"],
  ["a heading with bold and code", "## A **b** `c`", "A b c", "bold|A b", "code|c"],
  ["an underlined heading", "A\n===\n\nb", "A\n\nb", "bold|A"],
  ["line breaks", "a\nb  \nc\\\nd\n\n\n\ne", "a\nb\nc\nd\n\ne"],
  ["a rule", "a\n\n---\n\nb", "a\n\n———\n\nb"],
  ["a list", "- a\n- **b**\n* c", "• a\n• b\n• c", "bold|b"],
  ["a list with room", "- a\n\n- b\n- c", "• a\n\n• b\n• c"],
  ["lists in lists", "- a\n  - b\n    - c\n- d", "• a\n  • b\n    • c\n• d"],
  ["a list in a numbered list", "1. a\n   - b\n2. c", "1. a\n   • b\n2. c"],
  ["numbers as they are", "3) a\n5) b", "3) a\n5) b"],
  ["numbers that are counted", "1. a\n1. b\n1. c", "1. a\n2. b\n3. c"],
  ["tasks", "- [ ] a\n- [x] b\n  - [X] c", "☐ a\n☑ b\n  ☑ c"],
  ["numbered tasks", "1. [ ] a\n2. [x] b", "1. ☐ a\n2. ☑ b"],
  ["tasks with room", "- [ ] a\n\n- [x] b", "☐ a\n\n☑ b"],
  ["paragraphs in an item", "- a\n  b\n\n  c\n- d", "• a\n  b\n\n  c\n• d"],
  [
    "lines of an item that are not indented in the source",
    "- a\n  - b\nc\nd\ne",
    "• a\n  • b\nc\nd\ne",
  ],
  ["code in an item", "- a\n  ```sh\n  ls\n  ```\n- b", "• a\nls\n• b", "pre|ls|sh"],
  [
    "code",
    "a\n```ts\nif (x) {\n\n  *y*\n}\n```\nb",
    "a\nif (x) {\n\n  *y*\n}\nb",
    "pre|if (x) {\n\n  *y*\n}|ts",
  ],
  ["code with more than a language", "```ts title=a.ts\nx\n```", "x", "pre|x|ts"],
  ["code without a language", "~~~\nx\n~~~", "x", "pre|x"],
  ["code without an end", "a\n\n```py\nx = 1\ny", "a\n\nx = 1\ny", "pre|x = 1\ny|py"],
  [
    "code with a fence in it",
    "````md\n```js\nx\n```\n````",
    "```js\nx\n```",
    "pre|```js\nx\n```|md",
  ],
  ["code that is indented", "```\n\n    a\n      b\n    c\n```", "a\n  b\nc", "pre|a\n  b\nc"],
  ["code whose first line is deepest", "```\n  a\nb\n```", "\u00A0 a\nb", "pre|\u00A0 a\nb"],
  ["code with tabs", "```go\nf {\n\tx\n}\n```", "f {\n\tx\n}", "pre|f {\n\tx\n}|go"],
  ["code by indentation", "    a\n    b", "a\nb", "pre|a\nb"],
  ["a quote", "> a **b**\n> c\n\nd", "a b\nc\n\nd", "blockquote|a b\nc", "bold|b"],
  ["a quote in a quote", "> a\n> > b", "a\nb", "blockquote|a\nb"],
  [
    "code in a quote",
    "> `a`\n>\n> ```\n> b\n> ```",
    "a\n\nb",
    "blockquote|a\n\nb",
    "code|a",
    "pre|b",
  ],
  ["a list in a quote", "> - a\n>   - b", "• a\n  • b", "blockquote|• a\n  • b"],
];

const TABLES: readonly Case[] = [
  [
    "a table",
    "| Name | Count |\n|------|------:|\n| **a** | 1 |\n| `b` | 22 |",
    "Name │ Count\n─────┼──────\na    │     1\nb    │    22",
    "pre|Name │ Count\n─────┼──────\na    │     1\nb    │    22",
  ],
  ["a table without its room", "a|b\n-|-\nxxx|y", "a    b\nxxx  y", "pre|a    b\nxxx  y"],
  [
    "a table that would be longer",
    "a|b\n-|-\nxxxxxx|y\nx|y\nx|y\nx|y",
    "a|b\n-|-\nxxxxxx|y\nx|y\nx|y\nx|y",
    "pre|a|b\n-|-\nxxxxxx|y\nx|y\nx|y\nx|y",
  ],
  [
    "a table with wide characters",
    "| 名前 | n |\n|------|---|\n| 😀   | 1 |",
    "名前 │ n\n─────┼──\n😀   │ 1",
    "pre|名前 │ n\n─────┼──\n😀   │ 1",
  ],
  [
    "a table with links",
    "| a | b |\n|---|---|\n| [x](https://a.b/c) | [y](https://d.e/f) |",
    "a │ b\n──┼──\nx │ y\nx · y",
    "pre|a │ b\n──┼──\nx │ y",
    "text_link|x|https://a.b/c",
    "text_link|y|https://d.e/f",
  ],
];

const HTML: readonly Case[] = [
  [
    "simple tags",
    "<b>a</b> <i>b</i> <u>c</u> <s>d</s>",
    "a b c d",
    "bold|a",
    "italic|b",
    "underline|c",
    "strikethrough|d",
  ],
  ["tags around Markdown", "<u>a **b**</u>", "a b", "underline|a b", "bold|b"],
  ["tags of code", "<code>a*b*c</code> <kbd>Ctrl</kbd>", "a*b*c Ctrl", "code|a*b*c", "code|Ctrl"],
  ["a block of code", "<pre>a &lt; *b*\n  c</pre>", "a < *b*\n  c", "pre|a < *b*\n  c"],
  ["a link", 'a <a href="https://a.b">c</a>', "a c", "text_link|c|https://a.b"],
  ["a spoiler", "<tg-spoiler>a</tg-spoiler>", "a", "spoiler|a"],
  ["a break", "a<br>b<br/>c", "a\nb\nc"],
  ["a comment", "a <!-- b -->c", "a c"],
  ["a comment between paragraphs", "a\n\n<!-- b -->\n\nc", "a\n\nc"],
  ["tags that nobody knows", "<div>a</div> Vec<String> <T>", "<div>a</div> Vec<String> <T>"],
  ["half a tag", "<b>a and </i>b", "<b>a and </i>b"],
  ["tags that cross", "<b>a<i>b</b>c</i>", "a<i>bc</i>", "bold|a<i>b"],
  [
    "details",
    "<details>\n<summary>Log &amp; more</summary>\n\na `b`\n\n```sh\nls\n```\n\n</details>\n\nc",
    "Log & more\n\na b\n\nls\n\nc",
    "expandable_blockquote|Log & more\n\na b\n\nls",
    "bold|Log & more",
    "code|b",
    "pre|ls|sh",
  ],
  [
    "details without room",
    "<details><summary>a</summary>b\nc</details>",
    "a\nb\nc",
    "expandable_blockquote|a\nb\nc",
    "bold|a",
  ],
  ["bold around a quote", "<b>\n\na\n\n> c\n\n</b>", "a\n\nc", "bold|a", "blockquote|c", "bold|c"],
];

const CHARACTERS: readonly Case[] = [
  ["emoji", "😀 **👩‍👩‍👧** é", "😀 👩‍👩‍👧 é", "bold|👩‍👩‍👧"],
  ["text from right to left", "**שלום** עולם `قيمة`", "שלום עולם قيمة", "bold|שלום", "code|قيمة"],
  ["line ends of Windows", "a\r\n- **b**\r\n- c\r\n", "a\n• b\n• c", "bold|b"],
  ["control characters", "a\u0000b\u0007 **c\u001bd**\u007f", "ab cd", "bold|cd"],
  ["half a character", "a \ud83d **b\udc00**", "a \uFFFD b\uFFFD", "bold|b\uFFFD"],
  ["only a comment", "<!-- a -->", "<!-- a -->"],
  ["an empty block of code", "```ts\n", "```ts"],
  ["a definition only", "[a]: https://b.c", "[a]: https://b.c"],
  ["nothing", "", ""],
  ["nothing to see", " \n\u0000 ", ""],
];

for (const [kind, cases] of Object.entries({ WORDS, BLOCKS, TABLES, HTML, CHARACTERS })) {
  for (const [name, markdown, text, ...entities] of cases) {
    it(`[T10] ${kind.toLowerCase()}: ${name}`, () => {
      expect(looks(markdown)).toEqual({ text, entities });
      expect(text.length).toBeLessThanOrEqual(markdown.length);
    });
  }
}

it("[T10] offsets and lengths count UTF-16 units", () => {
  expect(formatMarkdown("😀 **é👍** [x](https://a.b)")).toEqual({
    text: "😀 é👍 x",
    entities: [
      { type: "bold", offset: 3, length: 3 },
      { type: "text_link", offset: 7, length: 1, url: "https://a.b" },
    ],
  });
});
