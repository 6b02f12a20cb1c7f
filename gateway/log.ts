import { pino } from "pino";
import type { Logger } from "pino";

import type { BootId } from "../sessions/ids.ts";
import type { Configuration } from "./config/configuration.ts";

/** One JSON object a line on standard output, written before the call returns: a crash loses no line. */
export function createLog(settings: Configuration["log"], boot: BootId): Logger {
  return pino(
    {
      level: settings.level,
      base: { boot },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ["token", "*.token", "authorization", "*.authorization"],
        censor: "(secret)",
      },
    },
    pino.destination({ fd: 1, sync: true }),
  );
}
