import type { ControlLog } from "../control/log.ts";

/** What this room says to the log; pino fits. */
export interface ConsoleLog extends ControlLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}
