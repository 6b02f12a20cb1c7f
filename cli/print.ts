import type { Shell } from "./shell.ts";

export function printLines(shell: Shell, lines: readonly string[]): void {
  shell.out.write(`${lines.join("\n")}\n`);
}

/** One JSON document. */
export function printJson(shell: Shell, value: unknown): void {
  shell.out.write(`${JSON.stringify(value, null, 2)}\n`);
}
