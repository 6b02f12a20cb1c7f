import type { StoredConversation } from "../../sessions/conversation-reads.ts";
import type { Session } from "../../sessions/machine/state.ts";

/**
 * Since when nobody has needed a conversation, epoch ms; null: it is needed, or there is nothing of it to keep. A
 * conversation that was left counts from then, one that is suspended from its suspension.
 */
export function restsSince(
  session: Session,
  { session: id, lastAt }: Pick<StoredConversation, "session" | "lastAt">,
): number | null {
  if (session.turn !== null) return null;
  const said = lastAt ?? 0;
  if (id !== session.id) {
    return Math.max(said, session.past.find((past) => past.id === id)?.at ?? 0);
  }
  if (session.mark?.kind === "resume_pending" || session.turns === 0) return null;
  return Math.max(said, session.touchedAt);
}
