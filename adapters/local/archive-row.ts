import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { z } from "zod";
import type { Button } from "../../sessions/message.ts";
import type { NewShownMessage, ShownFile, ShownMessage } from "./shown-message.ts";

export type ArchiveRow = Record<string, SQLOutputValue>;

const buttonRows = z.array(z.array(z.object({ label: z.string(), data: z.string() })));
const shownFiles = z.array(
  z.object({ id: z.string(), name: z.string(), type: z.string(), size: z.number() }),
);

export function toShownMessage(row: ArchiveRow): ShownMessage {
  const sender = textOrNull(row["sender_id"]);
  return {
    externalId: text(row["external_id"]),
    seq: whole(row["seq"]),
    chat: text(row["chat"]),
    thread: textOrNull(row["thread"]),
    from:
      sender === null
        ? { kind: "agent" }
        : { kind: "person", id: sender, name: textOrNull(row["sender_name"]) ?? sender },
    text: text(row["text"]),
    buttons: parseButtons(text(row["buttons"])),
    files: parseFiles(text(row["files"])),
    replyTo: textOrNull(row["reply_to"]),
    sentAt: whole(row["sent_at"]),
    editedAt: row["edited_at"] === null ? null : whole(row["edited_at"]),
  };
}

export function toRow(message: NewShownMessage, seq: number): Record<string, SQLInputValue> {
  const { from } = message;
  return {
    seq,
    external_id: message.externalId,
    chat: message.chat,
    thread: message.thread,
    sender_id: from.kind === "person" ? from.id : null,
    sender_name: from.kind === "person" ? from.name : null,
    text: message.text,
    buttons: formatButtons(message.buttons),
    files: message.files.length === 0 ? "" : JSON.stringify(message.files),
    reply_to: message.replyTo,
    sent_at: message.sentAt,
  };
}

export function formatButtons(buttons: readonly (readonly Button[])[]): string {
  return buttons.length === 0 ? "" : JSON.stringify(buttons);
}

function parseButtons(stored: string): ShownMessage["buttons"] {
  return stored === "" ? [] : buttonRows.parse(JSON.parse(stored));
}

function parseFiles(stored: string): readonly ShownFile[] {
  return stored === "" ? [] : shownFiles.parse(JSON.parse(stored));
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value === "string") return value;
  throw new TypeError(`the local chat's history holds ${typeof value} where text is expected`);
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return value === null ? null : text(value);
}

function whole(value: SQLOutputValue | undefined): number {
  if (typeof value === "number") return value;
  throw new TypeError(`the local chat's history holds ${typeof value} where a number is expected`);
}
