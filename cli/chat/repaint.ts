/** A stretch of lines that were painted together and may be painted anew. */
export interface Block {
  readonly key: string;
  readonly lines: readonly string[];
}

export interface Repaint {
  readonly blocks: readonly Block[];
  /** What to write, the cursor being at the start of the line under the last block. */
  readonly output: string;
}

const UP = (lines: number): string => (lines === 0 ? "" : `\u001B[${lines}A`);
const CLEAR_DOWN = "\u001B[J";
/** More than any screen has. */
const KEPT = 300;

/**
 * Puts a block in its place, writing only what differs. What has scrolled out of the `rows` that can be
 * reached stays as it is, and the block is painted anew at the end. No lines = the block goes.
 */
export function repaint(blocks: readonly Block[], block: Block, rows: number): Repaint {
  const index = blocks.findIndex((one) => one.key === block.key);
  const old = blocks[index];
  if (old === undefined) return append(blocks, block);
  const same = commonStart(old.lines, block.lines);
  if (same === old.lines.length && same === block.lines.length) return { blocks, output: "" };
  const below = blocks.slice(index + 1).flatMap((one) => one.lines);
  const up = old.lines.length - same + below.length;
  const others = blocks.toSpliced(index, 1);
  if (up > rows) return append(others, block);
  const output = `${UP(up)}\r${CLEAR_DOWN}${text([...block.lines.slice(same), ...below])}`;
  return { blocks: block.lines.length === 0 ? others : blocks.with(index, block), output };
}

function append(blocks: readonly Block[], block: Block): Repaint {
  if (block.lines.length === 0) return { blocks, output: "" };
  return { blocks: [...blocks, block].slice(-KEPT), output: text(block.lines) };
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}
