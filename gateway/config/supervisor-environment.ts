type Variables = Readonly<Record<string, string | undefined>>;

/** What a supervisor tells the process that it starts; see sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3). */
export interface SupervisorEnvironment {
  /** Where it listens; null = it does not. */
  readonly notifySocket: string | null;
  /** It ends us when it hears nothing for this long. */
  readonly watchdogMs: number | null;
  /** Descriptors that it opened for us, by their names, in order. */
  readonly descriptors: Readonly<Record<string, readonly number[]>>;
  /** Device and inode of the stream that leads to the journal, as `device:inode`. */
  readonly journal: string | null;
  /** Whether a service manager started us as a unit. */
  readonly isUnit: boolean;
  readonly path: string | null;
}

/** Nobody watches over this process. */
export const NO_SUPERVISOR: SupervisorEnvironment = {
  notifySocket: null,
  watchdogMs: null,
  descriptors: {},
  journal: null,
  isUnit: false,
  path: null,
};

/** A child that spoke in our name could keep a dead gateway alive, or take its listeners. */
const OURS_ALONE = /^(NOTIFY_|WATCHDOG_|LISTEN_|FDSTORE)/;
const FIRST_DESCRIPTOR = 3;

/** Reads what the supervisor said and takes it out of this process's environment, so that no child inherits it. */
export function takeSupervisorEnvironment(pid: number): SupervisorEnvironment {
  const told = readSupervisorEnvironment(process.env, pid);
  for (const name of Object.keys(process.env)) {
    if (OURS_ALONE.test(name)) delete process.env[name];
  }
  return told;
}

export function readSupervisorEnvironment(
  environment: Variables,
  pid: number,
): SupervisorEnvironment {
  return {
    notifySocket: environment["NOTIFY_SOCKET"] || null,
    watchdogMs: watchdogMs(environment, pid),
    descriptors: descriptors(environment, pid),
    journal: environment["JOURNAL_STREAM"] || null,
    isUnit: Boolean(environment["INVOCATION_ID"]),
    path: environment["PATH"] || null,
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

function descriptors(environment: Variables, pid: number): SupervisorEnvironment["descriptors"] {
  const count = Number(environment["LISTEN_FDS"]);
  if (environment["LISTEN_PID"] !== String(pid) || !Number.isSafeInteger(count)) return {};
  const names = (environment["LISTEN_FDNAMES"] ?? "").split(":");
  const found: Record<string, number[]> = {};
  for (let index = 0; index < count; index += 1) {
    const name = names[index] || "unknown";
    found[name] = [...(found[name] ?? []), FIRST_DESCRIPTOR + index];
  }
  return found;
}
