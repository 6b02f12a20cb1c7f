import type { OutboxId } from "../../../sessions/ids.ts";
import type { OutboundMessage } from "../../../sessions/message.ts";
import { parseExternalId } from "../external-id.ts";
import type { ApiMessage } from "./answer.ts";
import { toBody } from "./body.ts";
import { nonceOf } from "./nonce.ts";
import type { OutboundParts } from "./parts.ts";

export interface MatchParts extends OutboundParts {
  /** The row that a message of this process is; undefined: nobody knows. */
  rowOf(message: string): OutboxId | undefined;
}

/** Whether a message in the channel is what this row left there at an earlier try. */
export function matcher(
  rooms: MatchParts,
  { message, id }: { readonly message: OutboundMessage; readonly id: OutboxId },
): (one: ApiMessage) => boolean {
  const content = (toBody(message).content ?? "").trim();
  const answered = message.replyTo === null ? null : parseExternalId(message.replyTo);
  const reference = answered === null || answered.kind === "interaction" ? null : answered.id;
  const me = rooms.bot()?.id;
  return (one) => {
    if (one.author.id !== me) return false;
    const row = rooms.rowOf(one.id);
    if (row !== undefined) return row === id;
    if (one.nonce !== undefined) return one.nonce === nonceOf(id);
    if (!hasFile(one, message)) return false;
    const said = one.content.trim();
    const answers = one.message_reference?.message_id ?? one.interaction_metadata?.id ?? null;
    const isAnswer = answers !== null && (answers === reference || answers === answered?.id);
    // What it answers may be gone, and the reference with it.
    if (said === content) return answers === null || isAnswer;
    // A streamed answer had said less so far; a repeated one is labelled.
    return isAnswer && said !== "" && (content.startsWith(said) || said.endsWith(content));
  };
}

/** Discord changes names of files, and keeps their bytes. */
function hasFile({ attachments }: ApiMessage, { file }: OutboundMessage): boolean {
  if (file === null) return attachments.length === 0;
  return attachments.some(({ size }) => size === file.size);
}
