import { fstatSync } from "node:fs";

import type { SupervisorEnvironment } from "../config/supervisor-environment.ts";
import type { LogOutput } from "../log.ts";
import { standardOutput } from "../standard-output.ts";

const STANDARD_OUTPUT = 1;
/** journald cuts lines at 48 KiB, and then half a line is no JSON. */
const LONGEST_BYTES = 48 * 1024 - 64;
const BEGINNING_BYTES = 20 * 1024;

/** syslog(3)'s priorities. */
const PRIORITIES: Readonly<Record<string, number>> = {
  fatal: 2,
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
  trace: 7,
};

/** Where the log of this process goes. */
export function outputFor({ journal }: SupervisorEnvironment): LogOutput {
  return leadsToJournal(journal) ? journalOutput(standardOutput) : standardOutput;
}

/** Whether what this process writes to its output goes to the journal: then `$JOURNAL_STREAM` names that very stream. */
function leadsToJournal(journal: string | null): boolean {
  if (journal === null) return false;
  const { dev, ino } = fstatSync(STANDARD_OUTPUT, { bigint: true });
  return journal === `${dev}:${ino}`;
}

/** Each line with its priority, and short enough to stay one. */
export function journalOutput(output: LogOutput): LogOutput {
  return {
    isTTY: output.isTTY,
    write(text) {
      const level = /^\{"level":"(\w+)"/.exec(text)?.[1] ?? "info";
      output.write(`<${PRIORITIES[level] ?? PRIORITIES["info"]}>${shortened(text, level)}`);
    },
  };
}

/** What is too long becomes a line that says so and shows how it began. */
function shortened(line: string, level: string): string {
  const bytes = Buffer.byteLength(line);
  if (bytes <= LONGEST_BYTES) return line;
  const msg = /"msg":"((?:[^"\\]|\\.){0,200})"\}\n?$/.exec(line)?.[1] ?? "line cut";
  // A cut letter becomes a sign of its own, and quoting may double what is left: half of the room is enough for both.
  const beginning = Buffer.from(line).subarray(0, BEGINNING_BYTES).toString("utf8");
  return `${JSON.stringify({ level, truncated: bytes, beginning, msg })}\n`;
}
