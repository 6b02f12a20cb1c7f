/** Someone with an account. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly isBot: boolean;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
}

/** Names as in `PermissionFlagsBits`. */
export type PermissionName =
  | "ViewChannel"
  | "SendMessages"
  | "SendMessagesInThreads"
  | "ReadMessageHistory"
  | "AddReactions"
  | "AttachFiles"
  | "EmbedLinks"
  | "ManageMessages"
  | "ManageThreads"
  | "CreatePublicThreads"
  | "CreatePrivateThreads";

export interface OutgoingFile {
  readonly name: string;
  readonly mime?: string;
  readonly bytes: Uint8Array;
}

export interface SayOptions {
  readonly author: Person;
  /** Message id of the same channel. Answering the bot mentions it, unless `isPinging` is false. */
  readonly replyTo?: string;
  readonly isPinging?: boolean;
  readonly files?: readonly OutgoingFile[];
}

export interface ThreadOptions {
  readonly name: string;
  readonly by: Person;
  /** Start it from this message (the thread then has its id). */
  readonly from?: string;
  /** The first message: needed for a forum post, allowed elsewhere. */
  readonly text?: string;
}

export interface CommandOptions {
  readonly channel: string;
  readonly by: Person;
  /** Values by option name, as the person typed them. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** What people, moderators and owners do. What a real client would not let them do throws. */
export interface People {
  person(name: string, options?: { readonly isBot?: boolean }): Person;
  /** With the bot in it, unless `hasBot` is false; the owner is a member. */
  guild(options: {
    readonly name: string;
    readonly owner: Person;
    readonly members?: readonly Person[];
    readonly hasBot?: boolean;
  }): Guild;
  join(guild: Guild, person: Person): void;
  /** Bot or person: leaves, or is kicked. For the bot: GUILD_DELETE, and every call there is 50001 or 10004. */
  leave(guild: Guild, person: Person): void;
  /** Returns the channel's id. A private one is seen by `members` only; the bot is one only if it is in there. */
  channel(
    guild: Guild,
    options: {
      readonly name: string;
      readonly kind?: "text" | "forum" | "announcement" | "voice";
      readonly isPrivate?: boolean;
      readonly members?: readonly Person[];
    },
  ): string;
  deleteChannel(channel: string): void;
  /** The DM of this person and the bot, made when there is none. Making it tells the bot nothing. Returns the channel's id. */
  dm(person: Person): string;
  /** From now this person takes no DM from the bot (50007). */
  block(person: Person): void;
  unblock(person: Person): void;

  /** `<@id>` in the text is a mention. Returns the message's id. */
  say(channel: string, text: string, options: SayOptions): string;
  edit(message: string, text: string): void;
  /** Anyone's message. */
  delete(message: string): void;
  react(message: string, emoji: string, by: Person): void;
  type(channel: string, by: Person): void;

  /** Returns the interaction's id. `button` is a label or a custom id. */
  press(message: string, button: string, by: Person): string;
  /** Only commands that the bot registered (for all, or for the channel's guild). Returns the interaction's id. */
  command(name: string, options: CommandOptions): string;

  /** Returns the thread's id. */
  thread(channel: string, options: ThreadOptions): string;
  archive(thread: string): void;
  unarchive(thread: string): void;
  /** Archived or not: nobody but a moderator writes. */
  lock(thread: string): void;

  /** Takes a permission in this channel from the bot; in a guild: from everyone in all channels. */
  deny(place: string | Guild, permission: PermissionName): void;
  allow(place: string | Guild, permission: PermissionName): void;
}
