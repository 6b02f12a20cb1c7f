import type { ArchiveRow } from "./archive-row.ts";
import type { ArchiveStore } from "./archive-store.ts";
import type { ShownFile } from "./shown-message.ts";

export interface FileRow {
  readonly file: ShownFile;
  readonly chat: string;
  /** External id of the message that has it; null = none has used it yet. */
  readonly message: string | null;
}

export type Claim =
  | { readonly outcome: "claimed"; readonly files: readonly ShownFile[] }
  | { readonly outcome: "unknown" | "used"; readonly id: string };

/** Which files there are, and whose they are. All writes are on the disk when they resolve. */
export class FileRows {
  readonly #store: ArchiveStore;

  constructor(store: ArchiveStore) {
    this.#store = store;
  }

  add({ file, chat, message }: FileRow, at: number): Promise<void> {
    return this.#store.write("power", () => {
      this.#store
        .prepare(
          `INSERT INTO files (id, chat, name, type, size, touched_at, message)
           VALUES (:id, :chat, :name, :type, :size, :at, :message)`,
        )
        .run({ ...file, chat, message, at });
    });
  }

  find(id: string): FileRow | null {
    const row = this.#store.prepare("SELECT * FROM files WHERE id = ?").get(id);
    return row === undefined ? null : toFileRow(row);
  }

  /** All of the files, or none: they are those of this message from now on. Again is the same. */
  claim(
    ids: readonly string[],
    { chat, message, at }: { readonly chat: string; readonly message: string; readonly at: number },
  ): Promise<Claim> {
    return this.#store.write("power", (): Claim => {
      const files: ShownFile[] = [];
      for (const id of ids) {
        const row = this.find(id);
        if (row === null || row.chat !== chat) return { outcome: "unknown", id };
        if (row.message !== null && row.message !== message) return { outcome: "used", id };
        files.push(row.file);
      }
      this.#store
        .prepare(
          `UPDATE files SET message = :message, touched_at = :at
           WHERE id IN (SELECT value FROM json_each(:ids))`,
        )
        .run({ message, at, ids: JSON.stringify(ids) });
      return { outcome: "claimed", files };
    });
  }

  /** The message did not come to be: its files can go with another one. */
  release(message: string, at: number): Promise<void> {
    return this.#store.write("power", () => {
      this.#store
        .prepare(`UPDATE files SET message = NULL, touched_at = :at WHERE ${UNSHOWN}`)
        .run({ message, at });
    });
  }

  /** Takes from a message what it does not show. */
  forget(message: string): Promise<void> {
    return this.#store.write("power", () => {
      this.#store.prepare(`DELETE FROM files WHERE ${UNSHOWN}`).run({ message });
    });
  }

  removeUnused(before: number): Promise<void> {
    return this.#store.write("power", () => {
      this.#store.prepare("DELETE FROM files WHERE message IS NULL AND touched_at < ?").run(before);
    });
  }

  get unused(): number {
    const row = this.#store.prepare("SELECT count(*) AS n FROM files WHERE message IS NULL").get();
    return Number(row?.["n"] ?? 0);
  }

  /** Messages that were given files before then, and are not shown. */
  unshown(before: number): readonly string[] {
    return this.#store
      .prepare(
        `SELECT DISTINCT message FROM files WHERE touched_at < ? AND message IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM messages WHERE external_id = message)`,
      )
      .all(before)
      .map((row) => String(row["message"]));
  }
}

const UNSHOWN =
  "message = :message AND NOT EXISTS (SELECT 1 FROM messages WHERE external_id = :message)";

function toFileRow(row: ArchiveRow): FileRow {
  const { id, name, type, size, chat, message } = row;
  return {
    file: { id: String(id), name: String(name), type: String(type), size: Number(size) },
    chat: String(chat),
    message: message === null ? null : String(message),
  };
}
