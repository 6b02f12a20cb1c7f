import { z } from "zod";

const lineShape = z.looseObject({ time: z.string(), level: z.string(), msg: z.string() });

/** `12:30:01 info  turn resumed  session=local:main:main turn=trn_…`: a log line for people. */
export function prettyLine(line: string): string {
  try {
    const { time, level, msg, ...fields } = lineShape.parse(JSON.parse(line));
    const rest = Object.entries(fields).map(([name, value]) => `${name}=${textOf(value)}`);
    return `${[time.slice(11, 19), level.padEnd(5), msg, "", ...rest].join(" ").trimEnd()}\n`;
  } catch {
    return line;
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(",");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /\s/.test(text) ? JSON.stringify(text) : text;
}
