import { fieldOf, isThere, listIn, numberIn, textIn } from "./json-fields.ts";

/** A message as the local network shows it; `docs/local-chat.md` describes it. */
export interface ShownMessage {
  readonly externalId: string;
  /** Its place: grows over all chats of the network. */
  readonly seq: number;
  readonly chat: string;
  readonly thread: string | null;
  readonly from: ShownSender;
  readonly text: string;
  readonly buttons: readonly (readonly ShownButton[])[];
  readonly files: readonly ShownFile[];
  readonly replyTo: string | null;
  /** Epoch ms. */
  readonly sentAt: number;
  readonly editedAt: number | null;
}

export type ShownSender =
  | { readonly kind: "person"; readonly id: string; readonly name: string }
  | { readonly kind: "agent" };

export interface ShownButton {
  readonly label: string;
  readonly data: string;
}

export interface ShownFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

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

function toButtonRow(row: unknown): readonly ShownButton[] {
  if (!Array.isArray(row)) return [];
  return row
    .map((button: unknown) => {
      const data = textIn(button, "data");
      return data === null ? null : { label: textIn(button, "label") ?? data, data };
    })
    .filter(isThere);
}
