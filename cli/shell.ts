import type { Readable, Writable } from "node:stream";
import type { Chance, Clock } from "../sessions/clock.ts";

/** All that a command needs of the world. */
export interface Shell {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly out: Terminal;
  readonly err: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly directory: string;
  readonly pid: number;
  /** Who types, for logs and notices. */
  readonly user: string;
  /** Path of the program, to start it again. */
  readonly program: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Whether a process with this id runs on this machine. */
  isAlive(pid: number): boolean;
  /** Calls back at each such signal; returns how to stop that. */
  onSignal(names: readonly NodeJS.Signals[], action: () => void): () => void;
}

export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };
