import { Routes } from "discord-api-types/v10";

import type { OutboundMessage } from "../../../sessions/message.ts";
import type { SendOptions, SendResult } from "../../adapter.ts";
import { parseExternalId } from "../external-id.ts";
import { flawOf, toBody } from "./body.ts";
import { codeOf, toFailure } from "./failure.ts";
import { OVER, patchOriginal } from "./send.ts";
import type { SendRooms } from "./send.ts";

/** A message of ours says something else from now on. The same edit again changes nothing. */
export async function editMessage(
  rooms: SendRooms,
  externalId: string,
  { message, signal }: SendOptions & { readonly message: OutboundMessage },
): Promise<SendResult> {
  const flaw = flawOf(message);
  if (flaw !== null) return { outcome: "refused", reason: flaw };
  const place = parseExternalId(externalId);
  if (place === null || place.kind !== "message") {
    return { outcome: "refused", reason: "the message is gone" };
  }
  const body = toBody(message);
  const deferred = rooms.acknowledgements.byMessage(place.id);
  try {
    if (deferred !== null) {
      // Also where the bot may only answer commands. When its time is over, it is a message like any other.
      await patchOriginal(rooms, deferred, { body, signal });
      return { outcome: "sent", externalId };
    }
  } catch (thrown) {
    const code = codeOf(thrown);
    if (deferred === null || code === null || !OVER.has(code)) return toFailure(thrown, rooms);
    rooms.acknowledgements.forget(deferred);
  }
  try {
    const route = Routes.channelMessage(place.channel, place.id);
    await rooms.client.rest.patch(route, { body, signal });
    return { outcome: "sent", externalId };
  } catch (thrown) {
    return toFailure(thrown, rooms);
  }
}
