import { badRequest } from "./bot-error.ts";
import { formattedText, messageText } from "./formatted-text.ts";
import type { Method } from "./method.ts";
import { numberOf, textOf } from "./parameters.ts";
import { markupOf } from "./reply-markup.ts";
import { addSent, targetOf, threadIn } from "./send-target.ts";
import { wireMessage } from "./wire-message.ts";
import { roomFor } from "./world.ts";

const ACTIONS = new Set(
  (
    "typing upload_photo record_video upload_video record_voice upload_voice record_audio " +
    "upload_audio upload_document choose_sticker find_location record_video_note upload_video_note cancel"
  ).split(" "),
);

export const sendMessage: Method = (call) => {
  const text = messageText(call.parameters);
  const markup = markupOf(call.parameters);
  const target = targetOf(call);
  call.world.limits.take(call.bot, target.room, 1);
  const entry = addSent(call, target, { content: { kind: "text", ...text }, markup });
  return wireMessage(target.room, entry);
};

export const sendChatAction: Method = ({ world, bot, parameters }) => {
  const action = textOf(parameters, "action").toLowerCase();
  if (!ACTIONS.has(action)) throw badRequest("wrong parameter action in request");
  const room = roomFor(world, bot, { chatId: textOf(parameters, "chat_id"), access: "write" });
  const thread = numberOf(parameters, "message_thread_id", { otherwise: 0 });
  room.actions.push({ action, thread: thread === 0 ? null : thread, at: world.clock.now() });
  return true;
};

export const sendMessageDraft: Method = ({ world, bot, parameters }) => {
  const draftId = numberOf(parameters, "draft_id", { otherwise: 0 });
  const { text } = formattedText(parameters, { text: "text", entities: "entities" });
  if (text.length > 4096) throw badRequest("message is too long");
  const room = roomFor(world, bot, { chatId: textOf(parameters, "chat_id"), access: "write" });
  if (room.type !== "private") throw badRequest("TEXTDRAFT_PEER_INVALID");
  if (draftId === 0) throw badRequest("RANDOM_ID_INVALID");
  threadIn(room, numberOf(parameters, "message_thread_id", { otherwise: 0 }));
  room.drafts.push({ draftId, text, at: world.clock.now() });
  return true;
};
