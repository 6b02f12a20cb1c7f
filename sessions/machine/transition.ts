import type { SessionCommand } from "./commands.ts";
import type { SessionStatus, TurnOutcome } from "./state.ts";

/** One way on from a status. Each `from` can lead to each `to`, and tests hold the table to what `decide` does. */
export interface Transition {
  readonly from: readonly SessionStatus[];
  readonly on: SessionCommand["type"];
  readonly by: readonly Cause[];
  /** In words, for people. */
  readonly when: string;
  readonly to: readonly SessionStatus[];
  /** How the turn ends, where this ends it. */
  readonly ends: TurnOutcome | null;
}

/** Who or what brings a change about. */
export type Cause = "person" | "worker" | "timer" | "drain" | "boot";
