import { answerCallbackQuery, getChat, getChatMember, getMe } from "./account-methods.ts";
import {
  deleteMessage,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageText,
  setMessageReaction,
} from "./edits.ts";
import { getFile, sendDocument, sendMediaGroup, sendPhoto, sendVoice } from "./media.ts";
import { deleteMyCommands, getMyCommands, setMyCommands } from "./menus.ts";
import type { Method } from "./method.ts";
import { sendChatAction, sendMessage, sendMessageDraft } from "./sends.ts";
import { deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from "./update-methods.ts";

const NAMED: Readonly<Record<string, Method>> = {
  answerCallbackQuery,
  deleteMessage,
  deleteMyCommands,
  deleteWebhook,
  editMessageCaption,
  editMessageReplyMarkup,
  editMessageText,
  getChat,
  getChatMember,
  getFile,
  getMe,
  getMyCommands,
  getUpdates,
  getWebhookInfo,
  sendChatAction,
  sendDocument,
  sendMediaGroup,
  sendMessage,
  sendMessageDraft,
  sendPhoto,
  sendVoice,
  setMessageReaction,
  setMyCommands,
  setWebhook,
};

/** By name in lower case: Telegram does not tell them apart by case. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries(NAMED).map(([name, method]) => [name.toLowerCase(), method]),
);
