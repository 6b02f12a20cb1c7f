import type { ChatEntry } from "./chat-state.ts";
import { toneOf } from "./message-look.ts";

/**
 * External id of the answer that the agent is writing: the latest words of its own that changed since it went to work.
 * Null: there are none yet.
 */
export function growingAnswer(
  entries: readonly ChatEntry[],
  { isAtWork, since }: { readonly isAtWork: boolean; readonly since: number },
): string | null {
  if (!isAtWork) return null;
  const found = entries.findLast(
    ({ message }) => message.from.kind === "agent" && toneOf(message) === "answer",
  );
  return found !== undefined && found.version > since ? found.message.externalId : null;
}
