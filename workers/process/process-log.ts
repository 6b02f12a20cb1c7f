/** The part of the log that the care of processes writes to. */
export interface ProcessLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
