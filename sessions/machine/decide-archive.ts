import type { Decision, SessionCommand } from "./commands.ts";
import { decided, refused } from "./decision.ts";
import type { Session } from "./state.ts";

/** What runs, and what a restart note is still owed to, is never archived; nor is a conversation in which nothing was said. */
export function archive(
  session: Session,
  command: Extract<SessionCommand, { type: "archive" }>,
): Decision {
  const { conversation, fresh } = command;
  if (session.turn !== null) return refused("busy");
  if (conversation !== session.id) {
    if (!session.past.some(({ id }) => id === conversation)) return refused("not_found");
    return decided([{ type: "conversation_archived", conversation, to: null }]);
  }
  if (session.mark?.kind === "resume_pending") return refused("busy");
  if (session.turns === 0) return refused("nothing_to_do");
  return decided([{ type: "conversation_archived", conversation, to: fresh }]);
}
