import { Routes } from "discord-api-types/v10";

import { textOf } from "../../../sessions/errors.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import type { Address } from "../../../sessions/message.ts";
import type { Adapter, AdapterHost, Receipt, SendResult } from "../../adapter.ts";
import { parseExternalId } from "../external-id.ts";
import type { Interaction } from "../interactions.ts";
import { createAcknowledgements } from "./acknowledgements.ts";
import { setCommands } from "./commands.ts";
import { openDirect } from "./direct.ts";
import { editMessage } from "./edit.ts";
import { codeOf, toFailure } from "./failure.ts";
import { fetchAttachment } from "./fetch.ts";
import { findEarlierAnswer, findMessage } from "./find.ts";
import type { OutboundParts } from "./parts.ts";
import { UNKNOWN_CHANNEL } from "./refusal.ts";
import { externalIdOf, sendMessage } from "./send.ts";
import { createThreads } from "./threads.ts";

export interface DiscordOutbound extends Required<
  Pick<Adapter, "send" | "edit" | "typing" | "fetch" | "direct" | "find">
> {
  /** [E10] To be called the moment the interaction is stored, or will not be. Never rejects. */
  acknowledge(interaction: Interaction, receipt: Receipt): Promise<void>;
  /** To be called when `bot()` is known. Never rejects. */
  setCommands(host: Pick<AdapterHost, "menu">): Promise<void>;
  /** From now every send is certainly not sent; those under way end by themselves. */
  stop(): void;
}

/** Messages of which we know the row, so that a search takes none of another row for its own. */
const REMEMBERED = 1000;

/** What goes from us to Discord. */
export function createDiscordOutbound(parts: OutboundParts): DiscordOutbound {
  const { client } = parts;
  const threads = createThreads(parts);
  const acknowledgements = createAcknowledgements(parts);
  const rows = new Map<string, OutboxId>();
  const match = { ...parts, threads, rowOf: (message: string) => rows.get(message) };
  const rooms: Parameters<typeof sendMessage>[0] = {
    ...parts,
    threads,
    acknowledgements,
    async correctEarlier(address, wanted) {
      const found = await findEarlierAnswer(match, address, wanted);
      if (found === null) return null;
      const result = await editMessage(rooms, externalIdOf(parts, found), wanted);
      return result.outcome === "refused" ? null : result;
    },
  };
  let isStopped = false;

  async function attempt(signal: AbortSignal, act: () => Promise<SendResult>): Promise<SendResult> {
    if (isStopped) return { outcome: "not_sent", reason: "Discord is not connected" };
    if (signal.aborted) return { outcome: "not_sent", reason: "it was called off" };
    try {
      return await act();
    } catch (thrown) {
      return { outcome: "unknown", reason: client.redact(textOf(thrown)) };
    }
  }

  function remember(result: SendResult, row: OutboxId): SendResult {
    const place = result.outcome === "sent" ? parseExternalId(result.externalId) : null;
    if (place === null) return result;
    rows.set(place.id, row);
    const [oldest] = rows.keys();
    if (rows.size > REMEMBERED && oldest !== undefined) rows.delete(oldest);
    return result;
  }

  async function showTyping(address: Address): Promise<void> {
    await client.rest.post(Routes.channelTyping(threads.channelOf(address)));
  }

  return {
    send: (address, message, more) =>
      attempt(more.signal, async () =>
        remember(await sendMessage(rooms, address, { ...more, message }), more.id),
      ),
    edit: (_, externalId, message, more) =>
      attempt(more.signal, () => editMessage(rooms, externalId, { ...more, message })),

    async typing(address) {
      if (isStopped) return;
      try {
        await showTyping(address).catch(async (thrown: unknown) => {
          const isMissing = codeOf(thrown) === UNKNOWN_CHANNEL;
          if (!isMissing || (await threads.open(address)) !== null) throw thrown;
          await showTyping(address);
        });
      } catch (thrown) {
        // A refused token is told; nothing else of it matters.
        toFailure(thrown, parts);
      }
    },

    fetch: (attachment, more) => fetchAttachment(parts, attachment, more),
    direct: (user, signal) => openDirect(parts, user, signal),
    find: (address, message, more) => findMessage(match, address, { ...more, message }),
    acknowledge: (interaction, receipt) => acknowledgements.acknowledge(interaction, receipt),
    setCommands: (host) => setCommands(parts, host),
    stop() {
      isStopped = true;
    },
  };
}
