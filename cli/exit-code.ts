import { SluiceError, type ErrorCode } from "../sessions/errors.ts";

/** Each means one thing; `docs/cli.md` says which. */
export type ExitCode = 0 | 1 | 2 | 75 | 78;

/** The code for what a command ended with instead of a result. */
export function exitCodeOf(thrown: unknown): ExitCode {
  return thrown instanceof SluiceError ? codeFor(thrown.code) : 1;
}

function codeFor(code: ErrorCode): ExitCode {
  switch (code) {
    // A person must act first: starting again by itself would find the same.
    case "config_unreadable":
    case "config_invalid":
    case "config_secret_missing":
    case "config_unwritable":
    case "state_locked":
    case "state_unwritable":
    case "state_newer":
    case "port_in_use":
      return 78;
    case "usage":
      return 2;
    case "store_corrupt":
    case "store_full":
    case "store_read_only":
    case "store_busy":
    case "store_closed":
    case "store_failed":
    case "control_unreachable":
    case "control_refused":
    case "worker_unavailable":
    case "adapter_refused":
    case "start_aborted":
    case "service_failed":
      return 1;
  }
}
