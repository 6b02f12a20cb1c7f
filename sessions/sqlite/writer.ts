import type { Connection } from "./connection.ts";

/** One write; it may run again when SQLite gave up the transaction that it was in. */
type Unit<Result> = () => Result | Promise<Result>;

/** The only path to the writing connection: the units of one tick share a transaction, in the order they came. */
export interface Writer {
  /** Resolves after the COMMIT that made it durable; rejects when nothing of it was kept. */
  write<Result>(unit: Unit<Result>): Promise<Result>;
  /** Resolves when nothing is queued. */
  settled(): Promise<void>;
}

interface Job {
  attempt(): Promise<void>;
  /** Its transaction is durable. */
  keep(): void;
  /** Nothing of it was kept. */
  fail(reason: unknown): void;
}

/** Keeps one transaction, which holds the thread, under about 5 ms. */
const UNITS_PER_TRANSACTION = 64;

export function createWriter(connection: Connection): Writer {
  const waiting: Job[] = [];
  const idle: (() => void)[] = [];
  let isBusy = false;

  const schedule = (): void => {
    isBusy = true;
    setImmediate(() => void round());
  };
  const round = async (): Promise<void> => {
    const again = await commitTogether(connection, waiting.splice(0, UNITS_PER_TRANSACTION));
    waiting.unshift(...again);
    if (waiting.length > 0) return schedule();
    isBusy = false;
    for (const wake of idle.splice(0)) wake();
  };

  return {
    write: (unit) =>
      new Promise((resolve, reject) => {
        waiting.push(toJob(unit, { resolve, reject }));
        if (!isBusy) schedule();
      }),
    settled: () => (isBusy ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  };
}

function toJob<Result>(
  unit: Unit<Result>,
  promise: { resolve(result: Result): void; reject(reason: unknown): void },
): Job {
  let keep = (): void => {};
  return {
    attempt: async () => {
      const result = await unit();
      keep = () => promise.resolve(result);
    },
    keep: () => keep(),
    fail: promise.reject,
  };
}

/** Returns the jobs that must run again: SQLite may undo a whole transaction when one statement meets a full disk. */
async function commitTogether(connection: Connection, jobs: readonly Job[]): Promise<Job[]> {
  const done: Job[] = [];
  try {
    connection.run("BEGIN IMMEDIATE");
  } catch (error) {
    for (const job of jobs) job.fail(error);
    return [];
  }
  // Keeping what a unit replaces costs as much as writing it; one that is alone is undone with its transaction.
  const isAlone = jobs.length === 1;
  for (const [place, job] of jobs.entries()) {
    try {
      if (!isAlone) connection.run("SAVEPOINT unit");
      await job.attempt();
      if (!isAlone) connection.run("RELEASE unit");
      done.push(job);
    } catch (error) {
      job.fail(error);
      if (isAlone) undoAll(connection);
      if (isAlone || !undoUnit(connection)) return [...done, ...jobs.slice(place + 1)];
    }
  }
  try {
    connection.run("COMMIT");
  } catch (error) {
    undoAll(connection);
    for (const job of done) job.fail(error);
    return [];
  }
  for (const job of done) job.keep();
  return [];
}

/** False when the transaction is gone, and with it what the units before had written. */
function undoUnit(connection: Connection): boolean {
  try {
    if (!connection.isInTransaction()) return false;
    connection.run("ROLLBACK TO unit");
    connection.run("RELEASE unit");
    return true;
  } catch {
    undoAll(connection);
    return false;
  }
}

function undoAll(connection: Connection): void {
  try {
    if (connection.isInTransaction()) connection.run("ROLLBACK");
  } catch {
    // SQLite had rolled back by itself; the next BEGIN tells whether the file is usable.
  }
}
