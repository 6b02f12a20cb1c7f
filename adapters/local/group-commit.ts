import type { DatabaseSync } from "node:sqlite";
import { textOf } from "../../sessions/errors.ts";

/**
 * How much a write must survive besides a crash of the process: `power` is flushed to the disk before it
 * resolves, `process` is not.
 */
export type Survives = "power" | "process";

interface Job {
  readonly survives: Survives;
  /** Writes; what it returns is called once the commit stands. */
  readonly write: () => () => void;
  readonly fail: (reason: Error) => void;
}

/** Writes of one tick become one transaction: with a slow disk, many answers wait for one flush. */
export class GroupCommit {
  readonly #database: DatabaseSync;
  #jobs: Job[] = [];
  #synchronous: "FULL" | "NORMAL" | null = null;
  #timer: NodeJS.Immediate | null = null;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** `write` is to be one statement, which is undone alone when it fails. `committed` runs in the order of the writes. */
  add<Result>(
    survives: Survives,
    write: () => Result,
    committed: (result: Result) => void,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({
        survives,
        write: () => {
          const result = write();
          return () => {
            committed(result);
            resolve(result);
          };
        },
        fail: reject,
      });
      this.#timer ??= setImmediate(() => this.flush());
    });
  }

  flush(): void {
    if (this.#timer !== null) clearImmediate(this.#timer);
    this.#timer = null;
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const done: (() => void)[] = [];
    try {
      this.#setSynchronous(jobs.some((job) => job.survives === "power") ? "FULL" : "NORMAL");
      this.#database.exec("BEGIN IMMEDIATE");
      for (const job of jobs) {
        try {
          done.push(job.write());
        } catch (thrown) {
          job.fail(toError(thrown));
          // Some errors (disk full, I/O) end the whole transaction: then nothing of it stands.
          if (!this.#database.isTransaction) throw thrown;
        }
      }
      this.#database.exec("COMMIT");
    } catch (thrown) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      const reason = toError(thrown);
      // A job that has failed already takes no notice of a second word.
      for (const job of jobs) job.fail(reason);
      return;
    }
    for (const tell of done) tell();
  }

  #setSynchronous(wanted: "FULL" | "NORMAL"): void {
    if (this.#synchronous === wanted) return;
    this.#database.exec(`PRAGMA synchronous = ${wanted}`);
    this.#synchronous = wanted;
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown));
}
