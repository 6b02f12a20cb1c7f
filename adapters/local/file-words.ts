import type { Attachment } from "../../sessions/message.ts";

/** What people and programs say of a file, before it is believed. */

const NAME_LENGTH = 150;
/** Separators, control characters, and those that turn the direction of a text to show another name. */
const UNSAFE = /[/\\\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const TYPE = /^[a-z0-9][\w.+-]{0,60}\/[a-z0-9][\w.+-]{0,60}$/;

/** For people to read: no file here has this name. The end stays, which tells what it is. */
export function shownName(told: string): string {
  const name = told.toWellFormed().normalize("NFC").replaceAll(UNSAFE, "_").trim();
  if (name.length <= NAME_LENGTH) return name || "file";
  const end = /\.[A-Za-z0-9]{1,12}$/.exec(name)?.[0] ?? "";
  return `${name.slice(0, NAME_LENGTH - end.length - 1).toWellFormed()}…${end}`;
}

export function shownType(told: string): string {
  const type = told.split(";")[0]?.trim().toLowerCase() ?? "";
  return TYPE.test(type) ? type : "application/octet-stream";
}

export function kindOf(type: string): Attachment["kind"] {
  if (["image/jpeg", "image/png", "image/webp", "image/gif"].includes(type)) return "photo";
  return type === "audio/ogg" ? "voice" : "document";
}

/** A browser saves it and never shows it as a page of ours, whatever its type claims. */
export function fileHeaders(file: {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}): Record<string, string> {
  const plain = file.name.replaceAll(/[^\w .()+-]/g, "_");
  const whole = encodeURIComponent(file.name).replaceAll(/['()*]/g, escaped);
  return {
    "Content-Type": file.type,
    "Content-Length": String(file.size),
    "Content-Disposition": `attachment; filename="${plain}"; filename*=UTF-8''${whole}`,
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
  };
}

/** https://www.rfc-editor.org/rfc/rfc5987: these four are left as they are by `encodeURIComponent`. */
function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
