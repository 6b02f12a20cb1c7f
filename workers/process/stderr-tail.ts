import type { LineReader } from "./line-reader.ts";
import { createLineReader } from "./line-reader.ts";

export interface StderrTail {
  readonly reader: LineReader;
  /** The last lines, the oldest first, with secrets masked. */
  lines(): readonly string[];
}

const KEPT_LINES = 20;
const LONGEST_LINE = 4096;

/** What a process said about its end. Values of the environment that look like secrets are masked, because people will read it. */
export function createStderrTail(environment: Readonly<Record<string, string>>): StderrTail {
  const mask = maskOf(environment);
  const kept: string[] = [];
  const keep = (line: string): void => {
    kept.push(mask(line));
    if (kept.length > KEPT_LINES) kept.shift();
  };
  const reader = createLineReader({
    limit: LONGEST_LINE,
    onLine: keep,
    onTooLong: () => keep("(a line too long to keep)"),
  });
  return {
    reader,
    lines: () => [...kept],
  };
}

/** Blots out the values of the environment that look like secrets. */
export function maskOf(environment: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = secretsIn(environment);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, "***"), text);
}

/** Short values are left: masking them would blot out ordinary words. */
function secretsIn(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= 8)
    .map(([, value]) => value);
}

const SECRET_NAME = /key|token|secret|passw|credential|auth/i;
