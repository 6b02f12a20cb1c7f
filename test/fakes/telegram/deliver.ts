import type { BotAccount } from "./bot-account.ts";
import { tell } from "./bot-account.ts";
import type { Entry, Room } from "./room.ts";
import { isGroup } from "./room.ts";
import { wireMessage } from "./wire-message.ts";

/** Tells the bots of a chat of what a person wrote or changed there. What bots write is told to none. */
export function deliver(room: Room, entry: Entry, change: "new" | "edited"): void {
  const noun = room.type === "channel" ? "channel_post" : "message";
  const kind = change === "new" ? noun : `edited_${noun}`;
  for (const bot of room.members.keys()) {
    if (hears(bot, room, entry)) {
      tell(bot, kind, { body: wireMessage(room, entry), lane: room.id });
    }
  }
}

function hears(bot: BotAccount, room: Room, entry: Entry): boolean {
  const membership = room.members.get(bot);
  if (membership === undefined || membership === "kicked") return false;
  if (!isGroup(room) || membership === "administrator") return true;
  return bot.canReadAll || entry.content.kind === "service" || isForBot(bot, room, entry);
}

/** What privacy mode lets through. */
function isForBot(bot: BotAccount, room: Room, { replyTo, content }: Entry): boolean {
  if (replyTo !== null && room.entries.get(replyTo)?.bot === bot) return true;
  if (content.kind === "service") return true;
  const { text, entities } = content.kind === "text" ? content : content.caption;
  const username = `@${bot.user.username}`.toLowerCase();
  return entities.some((entity) => {
    const piece = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    if (entity.type === "mention") return piece === username;
    if (entity.type === "text_mention") return entity.user.id === bot.user.id;
    if (entity.type !== "bot_command") return false;
    return piece.includes("@") ? piece.endsWith(username) : isLastBot(bot, room);
  });
}

/** A command without a name is for the bot that wrote last. */
function isLastBot(bot: BotAccount, room: Room): boolean {
  return room.lastBot === null || room.lastBot === bot;
}
