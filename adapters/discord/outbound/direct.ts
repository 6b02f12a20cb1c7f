import { Routes } from "discord-api-types/v10";
import { z } from "zod";

import type { Address } from "../../../sessions/message.ts";
import { toFailure } from "./failure.ts";
import type { OutboundParts } from "./parts.ts";

/** Where to speak to one person alone. Opening a DM that is open gives the same one. */
export async function openDirect(
  parts: OutboundParts,
  user: string,
  signal: AbortSignal,
): Promise<Address | null> {
  const { client, options } = parts;
  const { network, account } = options;
  try {
    const { id } = z
      .object({ id: z.string() })
      .parse(
        await client.rest.post(Routes.userChannels(), { body: { recipient_id: user }, signal }),
      );
    return { network, account, chat: id, thread: null };
  } catch (thrown) {
    options.log.info(
      { account, user, ...toFailure(thrown, parts) },
      "no direct messages with this person",
    );
    return null;
  }
}
