type Variables = Readonly<Record<string, string | undefined>>;

/** The environment of this process. Nothing else reads it: what is needed goes on as data. */
export function processEnvironment(): Variables {
  return process.env;
}

/** What the environment says besides what the configuration takes from it. */
export interface GatewayEnvironment {
  /** The marker of the worker process that runs this command; null = a person or a script does. */
  readonly worker: string | null;
  /** Where the supervisor listens; null = none does. */
  readonly notifySocket: string | null;
  /** The supervisor restarts us when it hears nothing for this long. */
  readonly watchdogMs: number | null;
  /** False when colours are not wanted, whatever the terminal can do. */
  readonly colour: boolean;
}

export function readEnvironment(environment: Variables, pid: number): GatewayEnvironment {
  return {
    worker: environment["SLUICE_WORKER"] || null,
    notifySocket: environment["NOTIFY_SOCKET"] || null,
    watchdogMs: watchdogMs(environment, pid),
    // Any value but an empty one switches colours off: https://no-color.org
    colour: !environment["NO_COLOR"] && environment["TERM"] !== "dumb",
  };
}

function watchdogMs(environment: Variables, pid: number): number | null {
  const microseconds = Number(environment["WATCHDOG_USEC"]);
  if (!Number.isSafeInteger(microseconds) || microseconds <= 0) return null;
  // Meant for another process when it names one: a child inherits the variable.
  const meant = environment["WATCHDOG_PID"];
  if (meant && meant !== String(pid)) return null;
  return microseconds / 1000;
}
