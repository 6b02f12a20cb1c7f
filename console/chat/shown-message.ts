import type { ShownFile, ShownMessage, ShownSender } from "../../adapters/local/shown-message.ts";
import type { Button } from "../../sessions/message.ts";
import { fieldOf, isThere, listIn, numberIn, textIn } from "./json-fields.ts";

/** Null: not a message. */
export function toShownMessage(value: unknown): ShownMessage | null {
  const externalId = textIn(value, "externalId");
  const seq = numberIn(value, "seq");
  const text = textIn(value, "text");
  if (externalId === null || seq === null || text === null) return null;
  return {
    externalId,
    seq,
    chat: textIn(value, "chat") ?? "",
    thread: textIn(value, "thread"),
    from: toSender(fieldOf(value, "from")),
    text,
    buttons: listIn(value, "buttons").map(toButtonRow),
    files: listIn(value, "files").map(toShownFile).filter(isThere),
    replyTo: textIn(value, "replyTo"),
    sentAt: numberIn(value, "sentAt") ?? 0,
    editedAt: numberIn(value, "editedAt"),
  };
}

export function toShownFile(value: unknown): ShownFile | null {
  const id = textIn(value, "id");
  if (id === null) return null;
  return {
    id,
    name: textIn(value, "name") ?? id,
    type: textIn(value, "type") ?? "",
    size: numberIn(value, "size") ?? 0,
  };
}

function toSender(value: unknown): ShownSender {
  if (textIn(value, "kind") !== "person") return { kind: "agent" };
  const id = textIn(value, "id") ?? "";
  return { kind: "person", id, name: textIn(value, "name") ?? id };
}

function toButtonRow(row: unknown): readonly Button[] {
  if (!Array.isArray(row)) return [];
  return row
    .map((button: unknown) => {
      const data = textIn(button, "data");
      return data === null ? null : { label: textIn(button, "label") ?? data, data };
    })
    .filter(isThere);
}
