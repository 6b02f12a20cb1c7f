import type { Address, OutboundMessage } from "../../../sessions/message.ts";
import type { SendResult } from "../../adapter.ts";
import { parseExternalId } from "../external-id.ts";
import { TELEGRAM_CAPABILITIES } from "./capabilities.ts";
import type { Desk } from "./desk.ts";
import { toKeyboard } from "./keyboard.ts";
import { NO_PREVIEW } from "./send-text.ts";
import { worded } from "./worded.ts";

export interface Editing {
  readonly address: Address;
  readonly externalId: string;
  readonly message: OutboundMessage;
  /** User id of the bot. */
  readonly bot: number;
  readonly signal: AbortSignal;
}

/** An edit whose answer was lost can be made again: it is harmless to say that its fate is unknown. */
export async function editText(desk: Desk, editing: Editing): Promise<SendResult> {
  const { address, externalId, message, signal } = editing;
  const placed = parseExternalId(externalId);
  // The numbers of another bot name other messages.
  if (placed?.bot !== editing.bot) {
    return { outcome: "refused", reason: "message to edit not found: it is not of this bot" };
  }
  const limit = TELEGRAM_CAPABILITIES.textLimit;
  const called = await worded({ markdown: message.text, limit, log: desk.log }, (wording) =>
    desk.line.call({ chat: address.chat, signal }, async (to, ended) => {
      if (to !== placed.chat) return "left_behind";
      await desk.client.send.editMessageText(
        to,
        placed.message,
        wording.text,
        { entities: wording.entities, ...NO_PREVIEW, ...toKeyboard(message.buttons) },
        ended,
      );
      return "edited";
    }),
  );
  if (called.outcome === "refused" && called.reason.includes("message is not modified")) {
    return { outcome: "sent", externalId };
  }
  if (called.outcome !== "done") return called;
  return called.value === "edited"
    ? { outcome: "sent", externalId }
    : { outcome: "refused", reason: "the message stayed in the group that became a supergroup" };
}
