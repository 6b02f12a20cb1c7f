import type { Message, MessageEntity, Update, User } from "grammy/types";

import type { Chance, Clock } from "../../../sessions/clock.ts";

/**
 * A Bot API server on loopback that outlives the gateways that talk to it, and refuses what the real one
 * refuses, in its words. Bots reach it with `new Api(token, { apiRoot: fake.url })`; the test plays the
 * people:
 *
 *     const fake = await startFakeTelegram();
 *     const bot = fake.bot({ username: "sluice_bot" });
 *     const ann = fake.person("Ann");
 *     const chat = fake.privateChat(ann, bot);
 *     chat.say("hello");                       // an update for the bot
 *     chat.seen();                             // what Ann sees, the bot's messages included
 *     chat.press(id, "Approve");               // a callback query
 *     const group = fake.group("Ops", { people: [ann, bea], bots: [bot], forum: true });
 *     const topic = group.openTopic("Deploys");
 *     group.say("@sluice_bot hi", { from: bea, thread: topic });
 *     fake.faults.cutAnswers("sendMessage", 1); // it arrives; the bot never hears so
 *     await fake.stop();
 *
 * What people do takes effect at once; ids that it returns are message ids. All times are of `options.clock`.
 */
export interface FakeTelegram {
  /** For grammY's `apiRoot`, without a slash at its end. Stays the same through outages. */
  readonly url: string;
  readonly faults: FakeFaults;
  /** Every request that reached the server, in order, also those that a fault then spoiled. */
  readonly calls: readonly FakeCall[];
  /** Calls of one method, in any case. */
  callsOf(method: string): FakeCall[];
  bot(options?: FakeBotOptions): FakeBot;
  person(firstName: string, options?: { username?: string; id?: number }): FakePerson;
  /** The same person and bot give the same chat. The person has pressed START. */
  privateChat(person: FakePerson, bot: FakeBot): FakeChat;
  /** A supergroup, unless `basic`. The bots are members; `admins` are those that see everything. */
  group(title: string, options: FakeGroupOptions): FakeChat;
  channel(title: string, options: { bots: readonly FakeBot[] }): FakeChat;
  /** Rate limits: on at Telegram's values from the start; `off` for benches. */
  setLimits(limits: FakeLimits | "telegram" | "off"): void;
  /** Ends every socket, timer and delivery. Idempotent. */
  stop(): Promise<void>;
}

export interface FakeTelegramOptions {
  /** Default: real time. A fake one lets a test jump: long polls, expiry, limits and retries follow it. */
  readonly clock?: Clock;
  readonly chance?: Chance;
  readonly limits?: FakeLimits | "telegram" | "off";
  /** Lets webhooks be `http:` on loopback, at any port. Default false: refused, as by the real one. */
  readonly allowHttpWebhooks?: boolean;
  /** How long a press of a button can be answered. Default 15,000. */
  readonly callbackLifeMs?: number;
  /** Default 24 h. */
  readonly keepUpdatesMs?: number;
  /** Largest upload, whole request; default 50 MiB. Largest download; default 20 MiB. */
  readonly uploadLimit?: number;
  readonly downloadLimit?: number;
  /**
   * Telegram's brakes on hasty pollers; default true. A poll with the offset of the one before it waits at
   * least 3 s for updates, and gets only one within 0.5 s; a second 409 within 3 s comes 3 s late.
   */
  readonly pollBrakes?: boolean;
}

export interface FakeLimits {
  /** Per chat: this many at once, then one each `perChatMs`. */
  readonly burst: number;
  readonly perChatMs: number;
  /** Per group or channel, in any 60 s. */
  readonly perGroupMinute: number;
  /** Per bot, in any second. */
  readonly perSecond: number;
}

export interface FakeBotOptions {
  readonly token?: string;
  readonly id?: number;
  readonly username?: string;
  readonly firstName?: string;
  readonly canJoinGroups?: boolean;
  /** True: privacy mode is off. */
  readonly canReadAllGroupMessages?: boolean;
}

export interface FakeBot {
  readonly token: string;
  readonly id: number;
  readonly username: string;
  /** Kept and not yet confirmed, in order. */
  readonly pending: readonly Update[];
  /** Updates that were gone, unconfirmed, when their 24 h were over. */
  readonly expired: number;
  /** Updates that the bot was rid of by a negative offset or `drop_pending_updates`. */
  readonly dropped: number;
  /** Polls that wait at the server now (0 or 1). */
  readonly polling: number;
  /** Any update as given, of a kind unknown to the fake, too. Returns its update id. */
  raw(update: Readonly<Record<string, unknown>>): number;
  /** An update that was pending or confirmed comes again, with the same id (webhook retries and such). */
  repeat(updateId: number): void;
  /** The next update gets a random id, as after a week without any. */
  jumpIds(next?: number): void;
  /** Every call is 401 from now on. */
  revoke(): void;
  /** What `setMyCommands` stored last for a scope (default scope and language when not given). */
  commands(scope?: Readonly<Record<string, unknown>>, language?: string): FakeCommand[];
  readonly webhookUrl: string;
}

export interface FakeCommand {
  readonly command: string;
  readonly description: string;
}

export type FakePerson = User & { readonly is_bot: false };

export interface FakeGroupOptions {
  readonly people: readonly FakePerson[];
  readonly bots: readonly FakeBot[];
  /** Bots that are administrators: they see everything, whatever their privacy mode. */
  readonly admins?: readonly FakeBot[];
  /** A basic group, which can be migrated. */
  readonly basic?: boolean;
  /** A supergroup with topics. */
  readonly forum?: boolean;
}

/** One chat, as people use it. `from` defaults to the first person of the chat. */
export interface FakeChat {
  readonly id: number;
  readonly type: "private" | "group" | "supergroup" | "channel";
  /** Mentions, commands, hashtags and links are found in the text as Telegram does. */
  say(text: string, options?: SayOptions): number;
  /** An edit by the person who wrote it. */
  edit(messageId: number, text: string): void;
  /** `caption` may hold mentions and commands. */
  send(file: FakeUpload, options?: SayOptions & { caption?: string }): number;
  /** Several messages with one `media_group_id`; the caption is on the first. */
  album(files: readonly FakeUpload[], options?: SayOptions & { caption?: string }): number[];
  /** Presses a button by its label, or by its data, which may be one that is no longer shown. */
  press(
    messageId: number,
    button: string | RegExp | { data: string },
    from?: FakePerson,
  ): FakePress;
  /** People delete for everyone; bots are not told. */
  remove(messageId: number): void;
  openTopic(name: string, from?: FakePerson): number;
  closeTopic(thread: number): void;
  reopenTopic(thread: number): void;
  /** The topic and all its messages are gone. */
  deleteTopic(thread: number): void;
  /** The person blocks the bot (`my_chat_member`); private chats only. */
  block(): void;
  unblock(): void;
  /** Groups and channels: the bot is thrown out (`my_chat_member`), or let in again. */
  kick(bot: FakeBot): void;
  invite(bot: FakeBot): void;
  /** The chat is no more: "chat not found". */
  destroy(): void;
  /** A basic group becomes a supergroup: the new chat. Service messages in both. */
  migrate(): FakeChat;
  /** What people see now, in order, deleted messages left out. */
  seen(): SeenMessage[];
  /** One message as people see it now; undefined when it is deleted. */
  message(messageId: number): SeenMessage | undefined;
  /** The bots' messages only: their texts or captions. */
  texts(): string[];
  /** Chat actions, in order. */
  readonly actions: readonly { action: string; thread: number | null; at: number }[];
  /** `sendMessageDraft` texts, in order. */
  readonly drafts: readonly { draftId: number; text: string; at: number }[];
}

export interface SayOptions {
  readonly from?: FakePerson;
  readonly thread?: number;
  readonly replyTo?: number;
  /** More fields of the message, as Telegram would send them (`forward_origin`, `sender_chat`, …). */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface FakeUpload {
  readonly kind: "photo" | "document" | "voice";
  /** A number makes that many zero bytes. */
  readonly bytes: Uint8Array | number;
  readonly name?: string;
  readonly mime?: string;
  /** Leave the optional fields out, as the real one may (`file_size`, `file_name`, `mime_type`). */
  readonly bare?: boolean;
}

/** A press, live: it changes when the bot answers. */
export interface FakePress {
  readonly id: string;
  readonly answer: { readonly text: string; readonly showAlert: boolean } | null;
}

export interface SeenMessage {
  readonly id: number;
  /** Null in channels. */
  readonly from: User | null;
  readonly byBot: boolean;
  /** The text, or the caption, or "" for a service message. */
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly buttons: readonly (readonly SeenButton[])[];
  readonly replyTo: number | null;
  readonly thread: number | null;
  readonly edited: boolean;
  /** How often the bot changed it with effect. */
  readonly edits: number;
  readonly file: SeenFile | null;
  readonly album: string | null;
  /** Emoji that bots set on it. */
  readonly reactions: readonly string[];
  readonly at: number;
  /** As the Bot API gives it. */
  readonly raw: Message;
}

export interface SeenButton {
  readonly label: string;
  /** Callback data; null for a link. */
  readonly data: string | null;
  readonly url: string | null;
}

export interface SeenFile {
  readonly kind: "photo" | "document" | "voice";
  readonly name: string | null;
  readonly mime: string | null;
  readonly bytes: Uint8Array;
  readonly fileId: string;
}

export interface FakeCall {
  /** Lower case, as Telegram compares it: `sendmessage`; `file` for a download. */
  readonly method: string;
  /** The bot's id; null when the token was unknown. */
  readonly bot: number | null;
  readonly at: number;
  /** Parameters, JSON values parsed; uploaded files as `{ name, size }` under their field. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** HTTP status of the answer; `cut` when it never left, `held` while it waits, `gone` when the client left first. */
  readonly outcome: number | "cut" | "held" | "gone";
  readonly description: string | null;
}

/** Methods in any case; `*` is every method, downloads (`file`) included. Counts default to "until healed". */
export interface FakeFaults {
  /** Done, and then the socket is destroyed instead of an answer. */
  cutAnswers(method: string, times?: number): void;
  /** The socket is destroyed before anything is done. */
  cutRequests(method: string, times?: number): void;
  /** Read, and never answered, nothing done. Ends with `heal`: those held stay held. */
  blackHole(method: string, times?: number): void;
  /** Answered so, nothing done. A string body is sent as HTML. */
  fail(
    method: string,
    answer: { status: number; body?: string | Readonly<Record<string, unknown>> },
    times?: number,
  ): void;
  /** 429 with `retry_after` in seconds. */
  tooMany(method: string, retryAfter: number, times?: number): void;
  /** The request is read, and done and answered so much later. */
  delay(method: string, ms: number, times?: number): void;
  /** Faults of this method, or all, are over. Not outages. */
  heal(method?: string): void;
  /** Nobody listens (`refuse`), or every socket is destroyed at once (`reset`). Polls under way are cut. */
  outage(kind: "refuse" | "reset"): Promise<void>;
  restore(): Promise<void>;
}
