import { badRequest } from "./bot-error.ts";
import type { Method } from "./method.ts";
import { booleanOf, numberOf, textOf } from "./parameters.ts";
import { wireChat } from "./wire-message.ts";
import { roomFor } from "./world.ts";

export const getMe: Method = ({ bot }) => ({ ...bot.user, ...bot.me });

export const getChat: Method = ({ world, bot, parameters }) =>
  wireChat(roomFor(world, bot, { chatId: textOf(parameters, "chat_id"), access: "read" }));

export const getChatMember: Method = ({ world, bot, parameters }) => {
  const room = roomFor(world, bot, { chatId: textOf(parameters, "chat_id"), access: "read" });
  const userId = numberOf(parameters, "user_id", { otherwise: 0 });
  const person = room.people.find(({ id }) => id === userId);
  if (person !== undefined) return { user: person, status: "member" };
  for (const [member, status] of room.members) {
    if (member.user.id === userId) return { user: member.user, status };
  }
  throw badRequest("user not found");
};

export const answerCallbackQuery: Method = ({ world, bot, parameters }) => {
  const id = textOf(parameters, "callback_query_id");
  const text = textOf(parameters, "text");
  const callback = bot.callbacks.get(id);
  if (callback === undefined || callback.expiresAt <= world.clock.now()) {
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  }
  if (text.length > 200) throw badRequest("MESSAGE_TOO_LONG");
  callback.answer(text, booleanOf(parameters, "show_alert"));
  return true;
};
