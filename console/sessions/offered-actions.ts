import type { SessionStatus } from "../../sessions/machine/state.ts";

export type SessionAction = "stop" | "release" | "resume" | "forget";

/** What may be done with a session as it stands. */
export function offeredActions(status: SessionStatus): readonly SessionAction[] {
  switch (status) {
    case "starting":
    case "running":
    case "awaiting_input":
      return ["stop", "forget"];
    case "interrupting":
    case "idle":
      return ["forget"];
    case "resume_pending":
      return ["resume", "forget"];
    case "suspended":
      return ["resume", "release", "forget"];
  }
}
