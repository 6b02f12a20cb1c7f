import type { Clock } from "../../sessions/clock.ts";
import type { OutboundMessage } from "../../sessions/message.ts";
import { formatButtons, toRow, toShownMessage } from "./archive-row.ts";
import type { ArchiveStore } from "./archive-store.ts";
import type { Survives } from "./group-commit.ts";
import type { Change, NewShownMessage, ShownMessage } from "./shown-message.ts";

export interface ArchiveOptions {
  readonly store: ArchiveStore;
  /** Messages kept per chat; a few hundred more may stay for a while. */
  readonly keep: number;
  readonly clock: Clock;
  /** Called once for each change, in order, when it is stored. */
  readonly onChange: (change: Change) => void;
  /** Called when old messages have gone. */
  readonly onPruned: () => void;
}

/** `chat: null` = all chats; after one position, up to and with another. */
export interface Span {
  readonly chat: string | null;
  readonly after: number;
  readonly until: number;
}

const PRUNE_EVERY = 500;

/**
 * What has been shown in the chats: the local network's own memory. One row a message, which an edit replaces, so that
 * a streamed answer takes one row however often it was edited.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #store: ArchiveStore;
  readonly #untilPrune = new Map<string, number>();
  #last: number;
  #position: number;
  #hasPruned = false;

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.#store = options.store;
    const row = this.#store
      .prepare(
        "SELECT max((SELECT ifnull(max(seq), 0) FROM messages), (SELECT ifnull(max(touched), 0) FROM messages WHERE touched > seq)) AS last",
      )
      .get();
    // After a power cut the newest rows that were only to survive the process may be gone while a viewer has seen their
    // positions. Counting on from the wall clock passes those by, as long as there are fewer than 1,000 changes a second.
    this.#last = Number(row?.["last"] ?? 0);
    this.#position = Math.max(this.#last, options.clock.now());
  }

  /** The position of the latest stored change. */
  get last(): number {
    return this.#last;
  }

  /** A message with a known external id changes nothing and resolves with null. */
  put(message: NewShownMessage, survives: Survives): Promise<Change | null> {
    return this.#write(survives, () => {
      const seq = this.#next();
      const { changes } = this.#store
        .prepare(
          `INSERT INTO messages (seq, touched, external_id, chat, thread, sender_id, sender_name, text, buttons, files, reply_to, sent_at)
         VALUES (:seq, :seq, :external_id, :chat, :thread, :sender_id, :sender_name, :text, :buttons, :files, :reply_to, :sent_at)
         ON CONFLICT (external_id) DO NOTHING`,
        )
        .run(toRow(message, seq));
      if (changes === 0) return null;
      this.#prune(message.chat);
      return { kind: "message", position: seq, message: { ...message, seq, editedAt: null } };
    });
  }

  /** Null: it shows that already. A message that is not there is the caller's to find out, by `message`. */
  edit(externalId: string, message: OutboundMessage): Promise<Change | null> {
    return this.#write("power", () => {
      const position = this.#next();
      const row = this.#store
        .prepare(
          `UPDATE messages SET text = :text, buttons = :buttons, touched = :position, edited_at = :at
         WHERE external_id = :id AND (text <> :text OR buttons <> :buttons) RETURNING *`,
        )
        .get({
          id: externalId,
          text: message.text,
          buttons: formatButtons(message.buttons),
          position,
          at: this.#options.clock.now(),
        });
      return row === undefined ? null : { kind: "edit", position, message: toShownMessage(row) };
    });
  }

  message(externalId: string): ShownMessage | null {
    const row = this.#store.prepare("SELECT * FROM messages WHERE external_id = ?").get(externalId);
    return row === undefined ? null : toShownMessage(row);
  }

  /** Messages whose place is in the span, by place. */
  messages(span: Span, limit: number): readonly ShownMessage[] {
    const { sql, values } = where(span, "seq");
    return this.#store
      .prepare(`SELECT * FROM messages WHERE ${sql} ORDER BY seq LIMIT :limit`)
      .all({ ...values, limit })
      .map(toShownMessage);
  }

  /** The newest messages of a chat, the oldest of them first. */
  latest(chat: string, limit: number): readonly ShownMessage[] {
    return this.#store
      .prepare("SELECT * FROM messages WHERE chat = ? ORDER BY seq DESC LIMIT ?")
      .all(chat, limit)
      .map(toShownMessage)
      .toReversed();
  }

  /** The messages of a chat nearest before a place, by place. */
  earlier(chat: string, before: number, limit: number): readonly ShownMessage[] {
    return this.#store
      .prepare("SELECT * FROM messages WHERE chat = ? AND seq < ? ORDER BY seq DESC LIMIT ?")
      .all(chat, before, limit)
      .map(toShownMessage)
      .toReversed();
  }

  /** Messages from before the span that were edited in it. */
  editedBefore(span: Span): readonly ShownMessage[] {
    const { sql, values } = where(span, "touched");
    return this.#store
      .prepare(
        `SELECT * FROM messages WHERE ${sql} AND touched > seq AND seq <= :after ORDER BY touched`,
      )
      .all(values)
      .map(toShownMessage);
  }

  #write(survives: Survives, write: () => Change | null): Promise<Change | null> {
    return this.#store.write(survives, write, (change) => {
      if (change === null) return;
      this.#last = change.position;
      this.#options.onChange(change);
      if (this.#hasPruned) this.#options.onPruned();
      this.#hasPruned = false;
    });
  }

  #next(): number {
    this.#position += 1;
    return this.#position;
  }

  #prune(chat: string): void {
    const left = (this.#untilPrune.get(chat) ?? 1) - 1;
    this.#untilPrune.set(chat, left > 0 ? left : PRUNE_EVERY);
    if (left > 0) return;
    const { changes } = this.#store
      .prepare(
        `DELETE FROM messages WHERE chat = :chat AND seq <=
         (SELECT seq FROM messages WHERE chat = :chat ORDER BY seq DESC LIMIT 1 OFFSET :keep)`,
      )
      .run({ chat, keep: this.#options.keep });
    if (changes > 0) this.#hasPruned = true;
  }
}

function where(
  span: Span,
  column: "seq" | "touched",
): { sql: string; values: Record<string, string | number> } {
  const range = `${column} > :after AND ${column} <= :until`;
  const values = { after: span.after, until: span.until };
  if (span.chat === null) return { sql: range, values };
  return { sql: `chat = :chat AND ${range}`, values: { ...values, chat: span.chat } };
}
