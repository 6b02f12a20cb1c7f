import { InteractionResponseType, MessageFlags, Routes } from "discord-api-types/v10";
import type { APIInteractionResponse } from "discord-api-types/v10";

import { sleep } from "../../../sessions/clock.ts";
import type { OutboxId } from "../../../sessions/ids.ts";
import type { Receipt } from "../../adapter.ts";
import type { Interaction } from "../interactions.ts";
import { codeOf, toFailure } from "./failure.ts";
import type { OutboundParts } from "./parts.ts";

/** A slash command whose answer is awaited: people see that the bot thinks. */
export interface Deferred {
  readonly interaction: Interaction;
  /** The row that is its answer, and the message it became. */
  takenBy: OutboxId | null;
  message: string | null;
}

export interface Acknowledgements {
  /** [E10] Tells Discord within 3 s that we own it. Never rejects. */
  acknowledge(interaction: Interaction, receipt: Receipt): Promise<void>;
  /** The deferred answer that this external id stands for, or null: an ordinary message is the answer. */
  deferred(externalId: string, signal: AbortSignal): Promise<Deferred | null>;
  /** The deferred answer that became this message. */
  byMessage(id: string): Deferred | null;
  /** Its token is worth nothing any more. */
  forget(deferred: Deferred): void;
}

interface Entry {
  readonly deferred: Deferred;
  readonly isDeferred: PromiseWithResolvers<boolean>;
}

/** How long Discord waits for us, ms. */
const PATIENCE_MS = 3_000;
/** A clock of ours that goes wrong by less makes no answer fail: Discord knows best what is too late. */
const HOPELESS_MS = 60_000;

export function createAcknowledgements(parts: OutboundParts): Acknowledgements {
  const { client, options, interactions } = parts;
  const entries = new Map<string, Entry>();

  function entryOf(interaction: Interaction): Entry {
    const known = entries.get(interaction.externalId);
    if (known !== undefined) return known;
    for (const externalId of entries.keys()) {
      if (interactions.peek(externalId) !== null) break;
      entries.delete(externalId);
    }
    const entry: Entry = {
      deferred: { interaction, takenBy: null, message: null },
      isDeferred: Promise.withResolvers(),
    };
    entries.set(interaction.externalId, entry);
    return entry;
  }

  return {
    async acknowledge(interaction, receipt) {
      const { isDeferred } = entryOf(interaction);
      if (options.clock.now() - interaction.at > HOPELESS_MS) return isDeferred.resolve(false);
      const body = toCallback(interaction, receipt);
      const isThinking = body.type === InteractionResponseType.DeferredChannelMessageWithSource;
      const { id, token } = interaction;
      try {
        // With the bot's token, a 401 for an interaction's would make the library forget the bot's.
        await client.rest.post(Routes.interactionCallback(id, token), { body, auth: false });
        isDeferred.resolve(isThinking);
      } catch (thrown) {
        const failure = toFailure(thrown, parts);
        // A lost answer, or the acknowledgement of an earlier life: filling it in will tell.
        const mayStand = failure.outcome === "unknown" || codeOf(thrown) === ALREADY_DONE;
        isDeferred.resolve(isThinking && mayStand);
        options.log.info({ interaction: id, ...failure }, "interaction not acknowledged");
      }
    },

    async deferred(externalId, signal) {
      const interaction = interactions.peek(externalId);
      if (interaction === null || interaction.kind !== "command") return null;
      const { deferred, isDeferred } = entryOf(interaction);
      // An answer may be quicker than the acknowledgement, which may never come.
      const done = new AbortController();
      const late = sleep(options.clock, PATIENCE_MS, AbortSignal.any([signal, done.signal]));
      const isThinking = await Promise.race([isDeferred.promise, late.then(() => false)]);
      done.abort();
      return isThinking ? deferred : null;
    },

    byMessage(id) {
      for (const [externalId, { deferred }] of entries) {
        if (deferred.message === id) return interactions.peek(externalId) && deferred;
      }
      return null;
    },

    forget(deferred) {
      entries.delete(deferred.interaction.externalId);
      interactions.take(deferred.interaction.externalId);
    },
  };
}

const ALREADY_DONE = 40_060;

function toCallback({ kind }: Interaction, receipt: Receipt): APIInteractionResponse {
  switch (receipt.outcome) {
    case "stored":
    case "duplicate":
    // The gateway itself tells in the chat that the queue is full: those words are the answer.
    case "full":
      return kind === "button"
        ? { type: InteractionResponseType.DeferredMessageUpdate }
        : { type: InteractionResponseType.DeferredChannelMessageWithSource };
    case "unauthorised":
      return toWhisper("You are not among the people whom this bot answers.");
    case "rejected":
      return toWhisper(`Not taken: ${receipt.reason}`);
  }
}

/** Without an answer, Discord would say that the bot is broken. */
function toWhisper(content: string): APIInteractionResponse {
  return {
    type: InteractionResponseType.ChannelMessageWithSource,
    data: { content, flags: MessageFlags.Ephemeral, allowed_mentions: { parse: [] } },
  };
}
