import { expect, it } from "vitest";

import { withSteadyHeadings } from "../../../console/chat/heading-depths.ts";
import type { Block } from "../../../console/chat/markdown-tree.ts";
import { readMarkdown } from "../../../console/chat/markdown-tree.ts";

const depths = (blocks: readonly Block[]): readonly number[] =>
  blocks.flatMap((block) => {
    if (block.kind === "heading") return [block.depth];
    if (block.kind === "quote") return depths(block.blocks);
    return block.kind === "list" ? block.items.flatMap((item) => depths(item.blocks)) : [];
  });

it.each([
  ["# a\n\n## b\n\n### c", [1, 2, 3]],
  ["### a\n\n### b\n\n###### c", [1, 1, 2]],
  ["### a\n\n## b\n\n#### c\n\n### d\n\n# e", [1, 1, 2, 2, 1]],
  ["## a\n\n> #### b\n\n- ##### c", [1, 2, 3]],
  ["words", []],
])("headings of an answer go down one step at a time: %j", (markdown, expected) => {
  expect(depths(withSteadyHeadings(readMarkdown(markdown)))).toEqual(expected);
});
