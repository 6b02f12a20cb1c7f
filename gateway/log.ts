import { pino } from "pino";
import type { Logger } from "pino";

import type { BootId } from "../sessions/ids.ts";
import type { Configuration } from "./config/configuration.ts";
import { withoutSecrets } from "./config/known-secrets.ts";
import { prettyLine } from "./pretty-line.ts";

/** Standard output as the log needs it: written before the call returns, so that a crash loses no line. */
export interface LogOutput {
  readonly isTTY: boolean;
  write(text: string): void;
}

/** One JSON object a line; on a terminal, a line for people. */
export function createLog(
  settings: Configuration["log"],
  { boot, output }: { readonly boot: BootId; readonly output: LogOutput },
): Logger {
  const isPretty = settings.format === "pretty" || (settings.format === "auto" && output.isTTY);
  return pino(
    {
      level: settings.level,
      base: isPretty ? {} : { boot },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ["token", "*.token", "authorization", "*.authorization"],
        censor: "(secret)",
      },
    },
    {
      write: (line: string) => {
        const said = withoutSecrets(line);
        output.write(isPretty ? prettyLine(said) : said);
      },
    },
  );
}
