import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openArchiveFile } from "./archive-file.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Survives } from "./group-commit.ts";

/** The open file of the local chat: what is shown and the files with it are written by the same commits. */
export class ArchiveStore {
  readonly #database: DatabaseSync;
  readonly #commits: GroupCommit;
  readonly #statements = new Map<string, StatementSync>();

  /** Throws what `openArchiveFile` does. */
  constructor(file: string) {
    this.#database = openArchiveFile(file);
    this.#commits = new GroupCommit(this.#database);
  }

  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** As `GroupCommit.add`. */
  write<Result>(
    survives: Survives,
    write: () => Result,
    committed: (result: Result) => void = () => undefined,
  ): Promise<Result> {
    return this.#commits.add(survives, write, committed);
  }

  /** Writes what waits, then closes. */
  close(): void {
    this.#commits.flush();
    this.#database.close();
  }
}
