import type { FakeCommand } from "./fake-telegram.ts";
import type { Poll } from "./poll.ts";
import type { UpdateQueue } from "./update-queue.ts";
import type { Webhook } from "./webhook.ts";

/** One bot as the server knows it. */
export interface BotAccount {
  readonly token: string;
  readonly user: BotUser;
  /** Privacy mode is off. */
  readonly canReadAll: boolean;
  /** What `getMe` tells besides. */
  readonly me: Readonly<Record<string, boolean>>;
  readonly updates: UpdateQueue;
  readonly poll: Poll;
  readonly webhook: Webhook;
  readonly callbacks: Map<string, PendingCallback>;
  /** By scope and language. */
  readonly menus: Map<string, readonly FakeCommand[]>;
  readonly nextMessageId: () => number;
  /** Null: Telegram's default kinds. */
  allowedUpdates: ReadonlySet<string> | null;
  revoked: boolean;
}

export interface BotUser {
  readonly id: number;
  readonly is_bot: true;
  readonly first_name: string;
  readonly username: string;
}

export interface PendingCallback {
  readonly expiresAt: number;
  readonly answer: (text: string, showAlert: boolean) => void;
}

/** What a bot gets only when it asks for it. */
const ON_REQUEST_ONLY = new Set(["chat_member", "message_reaction", "message_reaction_count"]);

/** Puts an update into the bot's queue, if it wants the kind. */
export function tell(
  bot: BotAccount,
  kind: string,
  options: { readonly body: unknown; readonly lane: number },
): void {
  const wanted =
    bot.allowedUpdates === null ? !ON_REQUEST_ONLY.has(kind) : bot.allowedUpdates.has(kind);
  if (wanted) bot.updates.push({ [kind]: options.body }, options.lane);
}
