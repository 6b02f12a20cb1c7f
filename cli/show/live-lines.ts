import type { Terminal } from "../shell.ts";

/** Lines that are drawn again in their place while something goes on. */
export interface LiveLines {
  show(lines: readonly string[]): void;
  /** Removes what is shown; what is written next takes its place. */
  clear(): void;
}

export function liveLines(terminal: Terminal): LiveLines {
  let drawn = 0;
  const up = (): string => (drawn === 0 ? "" : `\x1b[${drawn}A\r\x1b[J`);
  return {
    show(lines) {
      // A line that wraps would make the count of lines, and so the place, wrong.
      const width = Math.max((terminal.columns ?? 80) - 1, 10);
      const cut = lines.map((line) =>
        line.length > width ? `${line.slice(0, width - 1)}…` : line,
      );
      terminal.write(`${up()}${cut.join("\n")}\n`);
      drawn = cut.length;
    },
    clear() {
      terminal.write(up());
      drawn = 0;
    },
  };
}
