import { realChance, realClock } from "../../../../sessions/real-time.ts";
import { loadAliases } from "../../../../adapters/telegram/aliases.ts";
import type { Aliases } from "../../../../adapters/telegram/aliases.ts";
import { createTelegramClient } from "../../../../adapters/telegram/client.ts";
import { formatExternalId } from "../../../../adapters/telegram/external-id.ts";
import { createTelegramOutbound } from "../../../../adapters/telegram/outbound/outbound.ts";
import type { TelegramOutbound } from "../../../../adapters/telegram/outbound/outbound.ts";
import type { TelegramOptions } from "../../../../adapters/telegram/telegram-adapter.ts";
import type { SendOptions, SendResult } from "../../../../adapters/adapter.ts";
import type { Clock } from "../../../../sessions/clock.ts";
import type { OutboxId } from "../../../../sessions/ids.ts";
import type { Address, OutboundMessage } from "../../../../sessions/message.ts";
import type {
  FakeBot,
  FakeChat,
  FakePerson,
  FakeTelegram,
} from "../../../fakes/telegram/fake-telegram.ts";
import { startFakeTelegram } from "../../../fakes/telegram/start-fake-telegram.ts";
import { createRecordingHost } from "../../recording-host.ts";
import type { RecordingHost } from "../../recording-host.ts";

/** The half of the adapter that speaks, at the strict fake, with everything it said about itself kept. */
export interface Speaker {
  readonly fake: FakeTelegram;
  readonly bot: FakeBot;
  readonly ann: FakePerson;
  /** Ann's with the bot. */
  readonly chat: FakeChat;
  readonly outbound: TelegramOutbound;
  readonly aliases: Aliases;
  readonly host: RecordingHost;
  /** Newest message of a person, by chat. */
  readonly latest: Map<string, number>;
  revoked(): number;
  /** Results and log lines so far: none may hold the token. */
  told(): string;
  send(
    to: FakeChat | Address,
    message: string | Partial<OutboundMessage>,
    options?: Partial<SendOptions>,
  ): Promise<SendResult>;
  edit(
    to: FakeChat,
    externalId: string,
    message: string | Partial<OutboundMessage>,
  ): Promise<SendResult>;
  /** The external id of a message that was sent; throws otherwise. */
  place(to: FakeChat, message: string | Partial<OutboundMessage>): Promise<string>;
  externalId(chat: FakeChat, message: number): string;
  address(chat: FakeChat, thread?: number | null): Address;
  /** The same bot with another way to Telegram or other wishes. */
  another(more: Partial<TelegramOptions>): TelegramOutbound;
  stop(): Promise<void>;
}

export interface SpeakerOptions {
  readonly quote?: TelegramOptions["quote"];
  readonly clock?: Clock;
  readonly limits?: "telegram" | "off";
}

export async function startSpeaker(options: SpeakerOptions = {}): Promise<Speaker> {
  const clock = options.clock ?? realClock;
  const fake = await startFakeTelegram({ limits: options.limits ?? "off", clock });
  const bot = fake.bot({ username: "sluice_bot" });
  const ann = fake.person("Ann");
  const chat = fake.privateChat(ann, bot);
  const host = createRecordingHost();
  const aliases = await loadAliases(host);
  const latest = new Map<string, number>();
  const told: unknown[] = [];
  const ends: (() => Promise<void>)[] = [];
  const log = (fields: object, text: string): void => void told.push({ ...fields, text });
  let revoked = 0;
  let count = 0;

  const wishes: TelegramOptions = {
    network: "telegram",
    account: "main",
    token: bot.token,
    apiRoot: fake.url,
    groups: { "*": "mention" },
    quote: options.quote ?? "auto",
    webhook: null,
    clock,
    chance: realChance,
    log: { info: log, warn: log, error: log },
  };
  function another(more: Partial<TelegramOptions>): TelegramOutbound {
    const all = { ...wishes, ...more };
    const client = createTelegramClient(all);
    const outbound = createTelegramOutbound({
      client,
      options: all,
      aliases,
      bot: () => ({ id: bot.id, username: bot.username }),
      onRevoked: () => void (revoked += 1),
      latestInbound: (chat) => latest.get(chat) ?? null,
    });
    ends.push(async () => {
      await outbound.stop();
      client.close();
    });
    return outbound;
  }
  const outbound = another({});
  const how = (more: Partial<SendOptions> = {}): SendOptions => ({
    id: `out_${(count += 1)}` as OutboxId,
    uncertain: false,
    signal: new AbortController().signal,
    ...more,
  });
  const whole = (message: string | Partial<OutboundMessage>): OutboundMessage => ({
    text: "",
    buttons: [],
    file: null,
    replyTo: null,
    ...(typeof message === "string" ? { text: message } : message),
  });
  const address = (to: FakeChat, thread: number | null = null): Address => ({
    network: "telegram",
    account: "main",
    chat: String(to.id),
    thread: thread === null ? null : String(thread),
  });
  const tell = <T>(result: T): T => {
    told.push(result);
    return result;
  };

  const speaker: Speaker = {
    fake,
    bot,
    ann,
    chat,
    outbound,
    aliases,
    host,
    latest,
    address,
    another,
    revoked: () => revoked,
    told: () => JSON.stringify(told),
    send: async (to, message, more) =>
      tell(await outbound.send("id" in to ? address(to) : to, whole(message), how(more))),
    edit: async (to, externalId, message) =>
      tell(await outbound.edit(address(to), externalId, whole(message), how())),
    async place(to, message) {
      const result = await speaker.send(to, message);
      if (result.outcome !== "sent") throw new Error(`not sent: ${JSON.stringify(result)}`);
      return result.externalId;
    },
    externalId: (to, message) => formatExternalId({ bot: bot.id, chat: String(to.id), message }),
    async stop() {
      await Promise.all(ends.map((end) => end()));
      await fake.stop();
    },
  };
  return speaker;
}
