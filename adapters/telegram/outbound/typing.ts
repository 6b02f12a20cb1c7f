import type { Address } from "../../../sessions/message.ts";
import type { Aliases } from "../aliases.ts";
import type { Desk } from "./desk.ts";
import { inThread } from "./thread.ts";

/** Shows for some five seconds that an answer is being written. Never rejects, and asks once at a time per place. */
export function createTyping(
  { client, line }: Desk,
  aliases: Aliases,
): (address: Address) => Promise<void> {
  const underWay = new Set<string>();

  return async (address) => {
    const place = `${address.chat}:${address.thread ?? ""}`;
    if (line.isStopped() || line.waitMs(address.chat) > 0 || underWay.has(place)) return;
    underWay.add(place);
    try {
      const to = aliases.actual(address.chat);
      await line.ask((signal) =>
        client.send.sendChatAction(to, "typing", { ...inThread(address) }, signal),
      );
    } catch {
      // The answer itself will say what is wrong with the chat.
    } finally {
      underWay.delete(place);
    }
  };
}
