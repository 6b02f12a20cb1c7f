import type { Conversation } from "../worker.ts";
import type { CommandWorkerOptions } from "./command-worker.ts";
import type { Places } from "./places.ts";

/** What one conversation with a program stands on. */
export type SessionOptions = CommandWorkerOptions & {
  readonly conversation: Conversation;
  /** Of all its processes, one after the other: so the marker of the conversation stays. */
  readonly processName: string;
  readonly places: Places;
  /** The session is over: the next one begins anew. */
  leave(): void;
};

/** Between a cancel frame and EOF with TERM; the gateway itself gives up after 5 s. */
export const CANCEL_MS = 2000;
/** Between TERM and KILL. */
export const TERM_MS = 2000;
/** A turn that waits for its place says so often. */
export const PING_MS = 30_000;
