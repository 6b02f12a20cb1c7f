import type { BotIdentity } from "../bot-identity.ts";
import type { Listening } from "../telegram-adapter.ts";
import type { WireMessage } from "./message-shape.ts";
import { repliedTo } from "./replied-to.ts";
import { commandTarget, isName, mentions, writtenText } from "./written-text.ts";

export interface Groups {
  readonly groups: Readonly<Record<string, Listening>>;
}

/** How the bot listens in a group, which may be configured by any id that it has had. */
export function listeningIn(groups: Groups["groups"], ids: readonly string[]): Listening {
  const own = ids.map((id) => groups[id]).find((found) => found !== undefined);
  return own ?? groups["*"] ?? "mention";
}

/** Whether a message of a group speaks to the bot, by itself. */
export function isForBot(message: WireMessage, bot: BotIdentity): boolean {
  const written = writtenText(message);
  const isReply = repliedTo(message)?.from?.id === bot.id;
  return isReply || /^\/\w/.test(written.text) || mentions(written, bot);
}

/** `/stop@other_bot`: nobody else's business. */
export function isForOtherBot(message: WireMessage, bot: BotIdentity): boolean {
  const target = commandTarget(writtenText(message));
  return target !== null && !isName(target, bot);
}
