import { constants } from "node:fs";
import { copyFile, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Chance, Clock, Timer } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { OutboundFile } from "../../sessions/message.ts";
import type { AdapterHost, FetchOptions, FetchResult } from "../adapter.ts";
import type { Log } from "../log.ts";
import type { ArchiveStore } from "./archive-store.ts";
import { bytesOf, flushFolder, writeBytes } from "./file-bytes.ts";
import type { Bytes } from "./file-bytes.ts";
import { FileRows } from "./file-rows.ts";
import { shownName, shownType } from "./file-words.ts";
import type { ShownFile } from "./shown-message.ts";

export interface FileShelfOptions {
  readonly store: ArchiveStore;
  /** Of its own: what lies in it without a row goes. */
  readonly folder: string;
  readonly host: Pick<AdapterHost, "fate">;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** Bytes of one file, either way. */
export const FILE_LIMIT = 20 * 1024 * 1024;
/** A file that no message has used for this long goes. */
const UNUSED_MS = 60 * 60 * 1_000;
const TIDY_MS = 10 * 60 * 1_000;

export type Stored =
  | { readonly outcome: "stored"; readonly file: ShownFile }
  | { readonly outcome: "too_large" | "empty" };

/** As `gone`: what was to be copied is not there. */
export type Kept = Stored | { readonly outcome: "gone" };

/** The files of the chats. The bytes come first, then the row that makes them count; what has no row goes. */
export class FileShelf {
  readonly rows: FileRows;
  readonly #options: FileShelfOptions;
  /** Being written: they have no row yet. */
  readonly #fresh = new Map<string, Promise<unknown>>();
  #arriving = 0;
  readonly #over = new AbortController();
  #tidying: Promise<void> = Promise.resolve();
  #timer: Timer | null = null;

  constructor(options: FileShelfOptions) {
    this.#options = options;
    this.rows = new FileRows(options.store);
    this.tidy();
  }

  /** Files that no message has yet, those that are on their way included. */
  get waiting(): number {
    return this.rows.unused + this.#arriving;
  }

  /** Resolves when it is on the disk. Rejects when it could not be written, or its bytes broke off. */
  async take(
    bytes: Bytes,
    about: { readonly chat: string; readonly name: string; readonly type: string },
  ): Promise<Stored> {
    this.#arriving += 1;
    try {
      return await this.#add(bytes, { ...about, message: null, signal: this.#over.signal });
    } finally {
      this.#arriving -= 1;
    }
  }

  /** A copy of a file of ours, for a message that is about to be shown. Rejects as `take` does. */
  async keep(
    { path, name, mime }: OutboundFile,
    to: { readonly chat: string; readonly message: string; readonly signal: AbortSignal },
  ): Promise<Kept> {
    if ((await stat(path).catch(() => null)) === null) return { outcome: "gone" };
    // An earlier try may have come this far.
    await this.rows.forget(to.message);
    const signal = AbortSignal.any([to.signal, this.#over.signal]);
    return this.#add(bytesOf(path), { ...to, signal, name, type: mime });
  }

  /** Where its bytes are; null = they are not there any more. */
  async place(id: string): Promise<{ readonly file: ShownFile; readonly path: string } | null> {
    const row = this.rows.find(id);
    if (row === null) return null;
    const path = join(this.#options.folder, row.file.id);
    const found = await stat(path).catch(() => null);
    return found?.size === row.file.size ? { file: row.file, path } : null;
  }

  async fetch(id: string, { file, limit, signal }: FetchOptions): Promise<FetchResult> {
    const found = await this.place(id);
    if (found === null) return { outcome: "gone", reason: "the chat no longer keeps it" };
    const { size } = found.file;
    if (size > limit) return { outcome: "too_large" };
    if (signal.aborted) return { outcome: "failed", reason: "called off" };
    try {
      await copyFile(found.path, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      return { outcome: "fetched", size };
    } catch (thrown) {
      return { outcome: "failed", reason: textOf(thrown) };
    }
  }

  /** Removes what no message has or will have. Goes on by itself from time to time. */
  tidy(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#over.signal.aborted) return;
    this.#timer = this.#options.clock.timer(TIDY_MS, () => this.tidy());
    this.#tidying = this.#tidying
      .then(() => this.#removeRows())
      .then(() => this.#removeBytes())
      .catch((thrown: unknown) =>
        this.#options.log.warn({ error: textOf(thrown) }, "files of the local chat not tidied"),
      );
  }

  /** Ends what is being written. */
  async close(): Promise<void> {
    this.#over.abort();
    this.#timer?.cancel();
    await this.#tidying;
    await Promise.allSettled(this.#fresh.values());
  }

  async #add(bytes: Bytes, about: Incoming): Promise<Stored> {
    const id = makeId(this.#options.chance);
    const adding = this.#write(id, bytes, about);
    this.#fresh.set(id, adding);
    try {
      return await adding;
    } finally {
      this.#fresh.delete(id);
    }
  }

  async #write(id: string, bytes: Bytes, about: Incoming): Promise<Stored> {
    const { folder, clock } = this.#options;
    const { chat, message, signal } = about;
    const path = join(folder, id);
    let isStored = false;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const size = await writeBytes(bytes, path, { limit: FILE_LIMIT, signal });
      if (size === null) return { outcome: "too_large" };
      if (size === 0) return { outcome: "empty" };
      await flushFolder(folder);
      const file = { id, name: shownName(about.name), type: shownType(about.type), size };
      await this.rows.add({ file, chat, message }, clock.now());
      isStored = true;
      return { outcome: "stored", file };
    } finally {
      if (!isStored) await rm(path, { force: true }).catch(() => undefined);
    }
  }

  async #removeRows(): Promise<void> {
    const { clock, host } = this.#options;
    const before = clock.now() - UNUSED_MS;
    for (const message of this.rows.unshown(before)) {
      if (this.#over.signal.aborted) return;
      // The gateway may own a message that a crash kept from being shown.
      if ((await host.fate(message)) === null) await this.rows.forget(message);
    }
    await this.rows.removeUnused(before);
  }

  async #removeBytes(): Promise<void> {
    const { folder, log } = this.#options;
    let removed = 0;
    for (const name of await readdir(folder).catch(() => [])) {
      if (this.#over.signal.aborted) return;
      if (this.#fresh.has(name) || this.rows.find(name) !== null) continue;
      await rm(join(folder, name), { recursive: true, force: true });
      removed += 1;
    }
    if (removed > 0) log.info({ files: removed }, "files of the local chat removed");
  }
}

interface Incoming {
  readonly chat: string;
  readonly name: string;
  readonly type: string;
  readonly message: string | null;
  readonly signal: AbortSignal;
}

/** Nobody can guess it. */
function makeId(chance: Chance): string {
  const part = (): string =>
    chance
      .int(2 ** 32)
      .toString(36)
      .padStart(7, "0");
  return `fil_${part()}${part()}${part()}${part()}`;
}
