import { stat } from "node:fs/promises";

import { InputFile } from "grammy";
import type { Message } from "grammy/types";

import type { OutboundFile } from "../../../sessions/message.ts";
import { CAPTION_LIMIT, TELEGRAM_CAPABILITIES } from "./capabilities.ts";
import type { Desk } from "./desk.ts";
import { toKeyboard } from "./keyboard.ts";
import type { Called } from "./line.ts";
import { toQuote } from "./quote.ts";
import type { Sending } from "./send-text.ts";
import { inThread } from "./thread.ts";
import { worded } from "./worded.ts";

type Kind = "photo" | "voice" | "document";

const PHOTO_LIMIT = 10 * 1024 * 1024;
/** Too long and thin, damaged, not wanted by its reader or not allowed here: as a document it can still be had. */
const ONLY_AS_DOCUMENT = /photo|image|voice/i;

/** A caption that is too long is cut, and that is to be seen: a second message would not be the same send. */
export async function sendFile(
  desk: Desk,
  file: OutboundFile,
  sending: Sending,
): Promise<Called<Message>> {
  const size = await sizeOf(file.path);
  if (size === null) return { outcome: "refused", reason: `the file ${file.name} is gone` };
  if (size > TELEGRAM_CAPABILITIES.sendFileLimit) {
    return { outcome: "refused", reason: `the file ${file.name} is larger than 50 MB` };
  }
  const kind = kindOf(file.mime, size);
  const called = await sendAs(desk, kind, file, sending);
  const isRefused = called.outcome === "refused" && ONLY_AS_DOCUMENT.test(called.reason);
  return isRefused && kind !== "document" ? sendAs(desk, "document", file, sending) : called;
}

function sendAs(
  desk: Desk,
  kind: Kind,
  file: OutboundFile,
  { address, message, quoting, signal }: Sending,
): Promise<Called<Message>> {
  const { send } = desk.client;
  const about = { markdown: message.text, limit: CAPTION_LIMIT, log: desk.log };
  return worded(about, (wording) =>
    desk.line.call({ chat: address.chat, signal }, (to, ended): Promise<Message> => {
      const input = new InputFile(file.path, safeName(file.name));
      const more = {
        ...(wording.text === ""
          ? {}
          : { caption: wording.text, caption_entities: wording.entities }),
        ...inThread(address),
        ...toQuote(quoting, { address, to, replyTo: message.replyTo }),
        ...toKeyboard(message.buttons),
      };
      switch (kind) {
        case "photo":
          return send.sendPhoto(to, input, more, ended);
        case "voice":
          return send.sendVoice(to, input, more, ended);
        case "document":
          return send.sendDocument(to, input, more, ended);
      }
    }),
  );
}

function kindOf(mime: string, size: number): Kind {
  const type = mime.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "audio/ogg") return "voice";
  const isPicture = ["image/jpeg", "image/png", "image/webp"].includes(type);
  return isPicture && size <= PHOTO_LIMIT ? "photo" : "document";
}

/** Null: there is no such file, or it is not one. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch {
    return null;
  }
}

/** grammY writes the name into a header as it is. */
function safeName(name: string): string {
  return name.replaceAll(/[\p{Cc}";\\/]/gu, "_").toWellFormed() || "file";
}
