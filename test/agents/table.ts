import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = join(import.meta.dirname, "../../docs/agents.md");
const BEGIN = "<!-- test:agents begins -->";
const END = "<!-- test:agents ends -->";

/** A line of the page's table of what was tried: the agent's name first. Lines of agents that were not tried stay. */
export function writeRow(head: readonly string[], row: readonly string[]): void {
  const page = readFileSync(PAGE, "utf8");
  const from = page.indexOf(BEGIN) + BEGIN.length;
  const to = page.indexOf(END);
  if (to === -1) throw new Error(`${PAGE} has no place for the table`);
  const kept = page
    .slice(from, to)
    .split("\n")
    .filter((line) => line.startsWith("|") && !line.startsWith(`| ${row[0]} |`))
    .slice(2);
  const lines = [toLine(head), toLine(head.map(() => "---")), ...kept, toLine(row)];
  writeFileSync(PAGE, `${page.slice(0, from)}\n\n${lines.join("\n")}\n\n${page.slice(to)}`);
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "/")).join(" | ")} |`;
}
