import type { Attachment } from "../../sessions/message.ts";

/** UTF-16 units, and bytes: with what we put before it a name must stay below the 255 bytes of file systems. */
const MOST = { length: 100, bytes: 200 };
/** A longer end of a name is no extension. */
const EXTENSION = /\.[A-Za-z0-9_-]{1,12}$/;
/** Separators, control characters, and those that turn the direction of a text to show another name. */
const UNSAFE = /[/\\\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A name given by people or programs as the name of a file in a directory of ours: never a path, never hidden. */
export function safeName(name: string): string {
  const plain = name.toWellFormed().normalize("NFC").replaceAll(UNSAFE, "_");
  const bare = plain.replace(/^[.\s]+/u, "").replace(/[.\s]+$/u, "");
  const end = EXTENSION.exec(bare)?.[0] ?? "";
  const body = bare.slice(0, bare.length - end.length);
  const short = clip(body, {
    length: MOST.length - end.length,
    bytes: MOST.bytes - end.length,
  });
  return short + end || "file";
}

/** Photos and voices have no name of their own. */
export function attachmentName({ name, kind, mime }: Attachment): string {
  return safeName(name.trim() === "" ? `${kind}${extensionOf(mime)}` : name);
}

function extensionOf(mime: string): string {
  const subtype = /^\w+\/([a-z0-9]{2,5})\b/i.exec(mime)?.[1]?.toLowerCase();
  if (subtype === undefined) return "";
  return `.${EXTENSIONS.get(subtype) ?? subtype}`;
}

const EXTENSIONS = new Map([
  ["jpeg", "jpg"],
  ["plain", "txt"],
  ["mpeg", "mp3"],
  ["quick", "mov"],
]);

function clip(text: string, most: { readonly length: number; readonly bytes: number }): string {
  let short = "";
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (short.length + character.length > most.length || bytes > most.bytes) break;
    short += character;
  }
  return short.trimEnd();
}
