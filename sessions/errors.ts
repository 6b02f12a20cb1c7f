/**
 * Every error that a person can meet, by code. Each has a heading in `docs/errors.md`.
 * The message says what was tried, on what, what was found, and what to do.
 */
export const ERROR_CODES = [
  "config_unreadable",
  "config_invalid",
  "config_secret_missing",
  "config_unwritable",
  "state_locked",
  "state_unwritable",
  "state_newer",
  "store_corrupt",
  "store_full",
  "store_read_only",
  "store_busy",
  "store_closed",
  "store_failed",
  "port_in_use",
  "control_unreachable",
  "control_refused",
  "worker_unavailable",
  "adapter_refused",
  "start_aborted",
  "service_failed",
  "usage",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export class SluiceError extends Error {
  readonly code: ErrorCode;
  /** What to do about it, as an imperative sentence. */
  readonly advice: string;

  constructor(code: ErrorCode, found: string, options: { advice: string; cause?: unknown }) {
    super(`${found}: ${options.advice}`, { cause: options.cause });
    this.name = "SluiceError";
    this.code = code;
    this.advice = options.advice;
  }
}

/** The text of whatever was thrown. */
export function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
