import { open, readFile } from "node:fs/promises";

import { textOf } from "../../sessions/errors.ts";
import type { TurnAttachment } from "../worker.ts";
import type { PromptMessage } from "./endpoint.ts";

export type UserPart = Extract<PromptMessage, { role: "user" }>["content"][number];

export interface FileOptions {
  readonly images: boolean;
  /** Of one text file; 0 = none is read. */
  readonly fileChars: number;
}

/** What all endpoints that take images take. */
const IMAGES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const LARGEST_IMAGE = 20 * 1024 * 1024;

/** A file that came with a message as the model can have it: an image, its text, or the words that it was there. */
export async function fileParts(file: TurnAttachment, options: FileOptions): Promise<UserPart> {
  const { path, mime } = file;
  if (path === null) return told(file, file.problem ?? "it did not come");
  try {
    if (IMAGES.has(mime)) {
      if (!options.images) return told(file, "this model is shown no images");
      if ((file.size ?? 0) > LARGEST_IMAGE) return told(file, "it is too large to be shown");
      const data = new Uint8Array(await readFile(path));
      return { type: "file", mediaType: mime, data: { type: "data", data } };
    }
    if (options.fileChars === 0) return told(file, "this model is given no files");
    const text = await readText(path, options.fileChars);
    if (text === null) return told(file, "it is no text, and only text can be read here");
    const rest = text.isCut ? `\n[only the first ${options.fileChars} characters]` : "";
    return {
      type: "text",
      text: `[attached: ${nameOf(file)}]\n${text.text}${rest}\n[end of file]`,
    };
  } catch (error) {
    return told(file, `it cannot be read (${textOf(error)})`);
  }
}

/** Null when it is none: not UTF-8, or with zeros in it. */
async function readText(
  path: string,
  limit: number,
): Promise<{ readonly text: string; readonly isCut: boolean } | null> {
  const file = await open(path);
  try {
    // A character is at most four bytes long.
    const room = new Uint8Array(Math.min(limit * 4, (await file.stat()).size) + 4);
    const { bytesRead } = await file.read(room, 0, room.length, 0);
    const bytes = room.subarray(0, bytesRead);
    if (bytes.includes(0)) return null;
    // As a stream: a character that the end of the room cuts in half is no error.
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const text = decoder.decode(bytes, { stream: bytesRead === room.length });
    return { text: text.slice(0, limit), isCut: text.length > limit };
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  } finally {
    await file.close();
  }
}

function told(file: TurnAttachment, why: string): UserPart {
  return { type: "text", text: `[attached: ${nameOf(file)}; its content is not here: ${why}]` };
}

function nameOf({ name, kind }: TurnAttachment): string {
  return name === "" ? kind : name;
}
