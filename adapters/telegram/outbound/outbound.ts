import type { Message } from "grammy/types";

import type { Adapter, AdapterHost, SendResult } from "../../adapter.ts";
import type { Aliases } from "../aliases.ts";
import type { BotIdentity } from "../bot-identity.ts";
import type { TelegramClient } from "../client.ts";
import { formatExternalId } from "../external-id.ts";
import type { TelegramOptions } from "../telegram-adapter.ts";
import { editText } from "./edit.ts";
import { fetchFile } from "./fetch-file.ts";
import { createLine } from "./line.ts";
import type { Called } from "./line.ts";
import { personsOf, setMenu, takeMenuBack } from "./menu.ts";
import { sendFile } from "./send-file.ts";
import { sendText } from "./send-text.ts";
import { createTyping } from "./typing.ts";

export interface TelegramOutboundParts {
  readonly client: TelegramClient;
  readonly options: TelegramOptions;
  readonly aliases: Aliases;
  /** Null until Telegram has told who we are: nothing is sent before. */
  bot(): BotIdentity | null;
  /** The token was refused. May be called more than once. */
  onRevoked(): void;
  /** Number of the newest message that a person wrote in a chat (as sessions know it); null = unknown. */
  latestInbound(chat: string): number | null;
}

/** What one bot says: the half of the adapter that speaks. */
export interface TelegramOutbound extends Required<
  Pick<Adapter, "send" | "edit" | "typing" | "fetch" | "direct">
> {
  /** Ends the waiting of whoever pressed a button, with a word for them or none. Never rejects. */
  answerPress(id: string, words: string | null): Promise<void>;
  /** Never rejects. */
  setMenu(host: Pick<AdapterHost, "menu" | "people">): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

const CLOUD = "https://api.telegram.org";
const PRESS_WORDS_LIMIT = 200;
const NO_BOT = { outcome: "not_sent", reason: "Telegram has not yet said who we are" } as const;

export function createTelegramOutbound(parts: TelegramOutboundParts): TelegramOutbound {
  const { client, options, aliases } = parts;
  const { network, account, clock, log } = options;
  const onRevoked = (): void => parts.onRevoked();
  const line = createLine({ client, aliases, clock, log, onRevoked });
  const desk = { client, line, log };
  const fetching = { ...desk, onRevoked, isSelfHosted: options.apiRoot !== CLOUD };

  let operators: readonly string[] = [];

  return {
    typing: createTyping(desk, aliases),
    fetch: (attachment, how) => fetchFile(fetching, attachment, how),

    async send(address, message, { signal }) {
      const bot = parts.bot();
      if (bot === null) return NO_BOT;
      const latestInbound = (chat: string): number | null => parts.latestInbound(chat);
      const quoting = { policy: options.quote, bot, latestInbound };
      const sending = { address, message, quoting, signal };
      const { file } = message;
      return toResult(
        bot,
        await (file === null ? sendText(desk, sending) : sendFile(desk, file, sending)),
      );
    },

    async edit(address, externalId, message, { signal }) {
      const bot = parts.bot();
      if (bot === null) return NO_BOT;
      return editText(desk, { address, externalId, message, bot: bot.id, signal });
    },

    // A private chat has the id of its person. Whether they let the bot speak, only a send can tell.
    direct(user) {
      const address = { network, account, chat: user, thread: null };
      return Promise.resolve(/^\d+$/.test(user) ? address : null);
    },

    async answerPress(id, words) {
      const more = words === null ? {} : { text: words.slice(0, PRESS_WORDS_LIMIT).toWellFormed() };
      try {
        await line.ask((signal) => client.send.answerCallbackQuery(id, more, signal));
      } catch {
        // Too old, mostly; what was pressed counts all the same, and the chat shows what came of it.
      }
    },

    async setMenu(host) {
      const now = personsOf(host.people);
      const former = operators.filter((id) => !now.includes(id));
      operators = now;
      await setMenu(desk, host);
      await takeMenuBack(desk, former);
    },
    stop: () => line.stop(),
  };
}

function toResult(bot: BotIdentity, called: Called<Message>): SendResult {
  if (called.outcome !== "done") return called;
  const { chat, message_id: message } = called.value;
  return {
    outcome: "sent",
    externalId: formatExternalId({ bot: bot.id, chat: String(chat.id), message }),
  };
}
