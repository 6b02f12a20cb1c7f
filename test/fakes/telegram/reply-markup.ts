import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";

import { badRequest } from "./bot-error.ts";
import { linkProblem } from "./link.ts";
import { isRecord, jsonOf } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";

const MOST_BUTTONS = 100;

/** The inline keyboard of a call; null for none, and for the kinds that people see elsewhere. */
export function markupOf(parameters: Parameters): InlineKeyboardMarkup | null {
  const markup = jsonOf(parameters, "reply_markup", "reply keyboard markup");
  if (markup === undefined) return null;
  if (!isRecord(markup)) throw badRequest("object expected as reply markup");
  const rows = markup["inline_keyboard"];
  if (rows === undefined) return null;
  if (!Array.isArray(rows)) throw badRequest('field "inline_keyboard" must be of type Array');
  const keyboard = rows
    .map((row: unknown) => {
      if (!Array.isArray(row)) {
        throw badRequest("can't parse inline keyboard button: expected an Array of buttons");
      }
      return row.map(buttonOf);
    })
    .filter((row) => row.length > 0);
  if (keyboard.flat().length > MOST_BUTTONS) throw badRequest("reply markup is too long");
  return keyboard.length === 0 ? null : { inline_keyboard: keyboard };
}

function buttonOf(button: unknown): InlineKeyboardButton {
  if (!isRecord(button)) {
    throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  }
  const { text, callback_data: data, url } = button;
  if (typeof text !== "string") {
    throw badRequest("can't parse inline keyboard button: Can't find field \"text\"");
  }
  if (!text.isWellFormed()) {
    throw badRequest("inline keyboard button text must be encoded in UTF-8");
  }
  if (text.trim() === "") throw badRequest("inline keyboard button text must be non-empty");
  if (typeof url === "string") {
    const problem = linkProblem(url);
    if (problem !== null) {
      throw badRequest(`inline keyboard button URL '${url}' is invalid: ${problem}`);
    }
    return { text, url };
  }
  if (typeof data !== "string") {
    throw badRequest(
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    );
  }
  const size = Buffer.byteLength(data);
  if (size < 1 || size > 64) throw badRequest("BUTTON_DATA_INVALID");
  return { text, callback_data: data };
}
