/** One line of the doctor. */
export interface Finding {
  /** `ok`: nothing to do. `warn`: it works, and will not for ever, or not for everybody. `fail`: it does not work. */
  readonly level: "ok" | "warn" | "fail";
  /** Fixed words: `disk`, `telegram/main`. */
  readonly check: string;
  readonly found: string;
  /** What to do; never null for a failure. */
  readonly advice: string | null;
}

export function ok(check: string, found: string): Finding {
  return { level: "ok", check, found, advice: null };
}

export function warn(check: string, found: string, advice: string): Finding {
  return { level: "warn", check, found, advice };
}

export function fail(check: string, found: string, advice: string): Finding {
  return { level: "fail", check, found, advice };
}
