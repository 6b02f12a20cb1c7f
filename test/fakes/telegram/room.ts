import type { InlineKeyboardMarkup, MessageEntity, User } from "grammy/types";

import type { BotAccount } from "./bot-account.ts";
import type { FakeChat, FakePerson } from "./fake-telegram.ts";
import type { StoredFile } from "./file-store.ts";

/** One chat as the server knows it. A private chat is one per person and bot. */
export interface Room {
  readonly id: number;
  readonly type: FakeChat["type"];
  readonly title: string;
  readonly people: FakePerson[];
  readonly members: Map<BotAccount, Membership>;
  readonly forum: boolean;
  readonly topics: Map<number, Topic>;
  readonly entries: Map<number, Entry>;
  readonly actions: { action: string; thread: number | null; at: number }[];
  readonly drafts: { draftId: number; text: string; at: number }[];
  /** Message ids count per chat, but for private chats, where they count per bot. */
  readonly nextId: () => number;
  destroyed: boolean;
  migratedTo: number | null;
  /** The bot that wrote last: unaddressed commands are for it. */
  lastBot: BotAccount | null;
}

export type Membership = "member" | "administrator" | "kicked";

export interface Topic {
  readonly name: string;
  closed: boolean;
}

/** One message; deleted ones are taken out of the room. */
export interface Entry {
  readonly id: number;
  /** Epoch ms. */
  readonly date: number;
  /** Null: posted in the name of a channel. */
  readonly from: User | null;
  readonly bot: BotAccount | null;
  readonly thread: number | null;
  readonly replyTo: number | null;
  readonly album: string | null;
  readonly more: Readonly<Record<string, unknown>>;
  readonly reactions: Map<number, readonly string[]>;
  content: Content;
  markup: InlineKeyboardMarkup | null;
  editDate: number | null;
  edits: number;
}

export interface FormattedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

export type Content =
  | ({ readonly kind: "text" } & FormattedText)
  | { readonly kind: "media"; readonly file: StoredFile; readonly caption: FormattedText }
  | { readonly kind: "service"; readonly fields: Readonly<Record<string, unknown>> };

export function isGroup(room: Room): boolean {
  return room.type === "group" || room.type === "supergroup";
}

/** In groups and channels the first message is that they were created. */
export const FIRST_ID_IN_GROUP = 2;

export function createCounter(first = 1): () => number {
  let last = first - 1;
  return () => {
    last += 1;
    return last;
  };
}

export function addEntry(
  room: Room,
  entry: Pick<Entry, "date" | "from" | "content"> & Partial<Entry>,
): Entry {
  const added: Entry = {
    id: room.nextId(),
    bot: null,
    thread: null,
    replyTo: null,
    album: null,
    more: {},
    reactions: new Map(),
    markup: null,
    editDate: null,
    edits: 0,
    ...entry,
  };
  room.entries.set(added.id, added);
  if (added.bot !== null) room.lastBot = added.bot;
  return added;
}
