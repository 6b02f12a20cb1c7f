import type { ChatEntry } from "./chat-state.ts";
import type { Outgoing, OutgoingPost } from "./outgoing.ts";
import type { ShownMessage } from "../../adapters/local/shown-message.ts";

/** What stands in the log, from top to bottom. */
export type ChatRow =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | MessageRow
  | PendingRow;

export interface MessageRow {
  readonly kind: "message";
  readonly key: string;
  readonly entry: ChatEntry;
  readonly isOwn: boolean;
  /** The same person goes on within minutes: not named again. */
  readonly isContinued: boolean;
  readonly quote: Quote | null;
  /** It was written here, in this life of the page. */
  readonly outgoing: Outgoing | null;
  /** What was pressed under it and is not settled yet. */
  readonly pressed: Outgoing | null;
}

/** Of this page, and not in the log of the gateway yet. */
export interface PendingRow {
  readonly kind: "pending";
  /** The same as of the message that it becomes. */
  readonly key: string;
  readonly outgoing: Outgoing;
  readonly post: Extract<OutgoingPost, { readonly kind: "message" }>;
  readonly quote: Quote | null;
}

export interface Quote {
  readonly author: string;
  /** Null: the message is not loaded. */
  readonly text: string | null;
  readonly externalId: string;
}

export interface RowsInput {
  readonly chat: string;
  readonly user: string;
  readonly entries: readonly ChatEntry[];
  readonly outgoing: readonly Outgoing[];
  /** Draw those from here on; the earlier ones are known for quotes alone. */
  readonly from: number;
}

const GOES_ON_MS = 5 * 60_000;
const QUOTE_LENGTH = 160;

export function toRows({ chat, user, entries, outgoing, from }: RowsInput): readonly ChatRow[] {
  const written = new Map(outgoing.map((one) => [externalIdOf(chat, one.id), one]));
  const byId = new Map(entries.map(({ message }) => [message.externalId, message]));
  const rows: ChatRow[] = [];
  let before: ShownMessage | null = entries[from - 1]?.message ?? null;
  for (const entry of entries.slice(from)) {
    const { message } = entry;
    const { externalId, sentAt } = message;
    const isNewDay = before === null || dayOf(before.sentAt) !== dayOf(sentAt);
    if (isNewDay) rows.push({ kind: "day", key: `day ${dayOf(sentAt)} ${externalId}`, at: sentAt });
    rows.push({
      kind: "message",
      key: externalId,
      entry,
      isOwn: message.from.kind === "person" && message.from.id === user,
      isContinued: !isNewDay && before !== null && goesOn(before, message),
      quote: toQuote(message.replyTo, before, { byId, user }),
      outgoing: written.get(externalId) ?? null,
      pressed: outgoing.find((one) => isPressOf(one, entry)) ?? null,
    });
    before = message;
  }
  for (const one of outgoing) {
    const key = externalIdOf(chat, one.id);
    if (one.post.kind === "press" || byId.has(key)) continue;
    const quote = toQuote(one.post.replyTo, null, { byId, user });
    rows.push({ kind: "pending", key, outgoing: one, post: one.post, quote });
  }
  return rows;
}

function externalIdOf(chat: string, id: string): string {
  return `${chat}~${id}`;
}

/** Of one line, as far as it is needed to know it again; of files without words their names. */
export function toSnippet({ text, files }: Pick<ShownMessage, "text" | "files">): string {
  const words = text.trim() === "" ? files.map(({ name }) => name).join(", ") : text;
  const line = words
    .slice(0, QUOTE_LENGTH * 4)
    .replaceAll(/\s+/g, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length > QUOTE_LENGTH ? `${characters.slice(0, QUOTE_LENGTH).join("")}…` : line;
}

export function authorOf({ from }: ShownMessage, user: string): string {
  if (from.kind === "agent") return "Agent";
  return from.id === user ? "You" : from.name;
}

/** An answer right below what it answers needs no quote. */
function toQuote(
  replyTo: string | null,
  before: ShownMessage | null,
  { byId, user }: { readonly byId: ReadonlyMap<string, ShownMessage>; readonly user: string },
): Quote | null {
  if (replyTo === null || replyTo === before?.externalId) return null;
  const found = byId.get(replyTo);
  return found === undefined
    ? { author: "an earlier message", text: null, externalId: replyTo }
    : { author: authorOf(found, user), text: toSnippet(found), externalId: replyTo };
}

/** Until the message shows something newer than what was pressed, or the press was refused. */
function isPressOf({ post, state }: Outgoing, { message, version }: ChatEntry): boolean {
  return (
    post.kind === "press" &&
    post.on === message.externalId &&
    version <= post.version &&
    state.at !== "refused"
  );
}

function goesOn(before: ShownMessage, message: ShownMessage): boolean {
  const isSame =
    before.from.kind === "agent"
      ? message.from.kind === "agent"
      : message.from.kind === "person" && message.from.id === before.from.id;
  return isSame && message.sentAt - (before.editedAt ?? before.sentAt) < GOES_ON_MS;
}

/** Of this machine's time zone. */
function dayOf(at: number): string {
  return new Date(at).toDateString();
}
