import type { Block, ListItem } from "./markdown-tree.ts";

/**
 * The same blocks with headings that begin at 1 and go down one step at a time, whatever depths the agent chose: who reads
 * by ear goes from heading to heading, and a step that is left out sounds like something that is missing.
 */
export function withSteadyHeadings(blocks: readonly Block[]): readonly Block[] {
  const above: number[] = [];
  const settle = (block: Block): Block => {
    switch (block.kind) {
      case "heading":
        while ((above.at(-1) ?? 0) >= block.depth) above.pop();
        above.push(block.depth);
        return { ...block, depth: above.length };
      case "quote":
        return { ...block, blocks: block.blocks.map(settle) };
      case "list":
        return { ...block, items: block.items.map(settleItem) };
      case "paragraph":
      case "code":
      case "table":
      case "rule":
      case "plain":
        return block;
    }
  };
  const settleItem = (item: ListItem): ListItem => ({ ...item, blocks: item.blocks.map(settle) });
  return blocks.map(settle);
}
