import { isThere, parseJson } from "./json-fields.ts";
import type { Shelf } from "./shelf.ts";
import { toShownFile } from "./shown-message.ts";
import type { ShownFile } from "../../adapters/local/shown-message.ts";

/** The local network's own: `docs/local-chat.md`. */
export const FILE_LIMITS = { bytes: 20 * 1024 * 1024, count: 10 };

/** A file beside what is being written. */
export interface Attached {
  readonly key: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly state: AttachedState;
}

export type AttachedState =
  | { readonly at: "waiting" }
  /** 0 to 1. */
  | { readonly at: "sending"; readonly share: number }
  | { readonly at: "stored"; readonly file: ShownFile }
  | { readonly at: "refused"; readonly reason: string };

export type Uploaded =
  | { readonly outcome: "stored"; readonly file: ShownFile }
  | { readonly outcome: "refused"; readonly reason: string }
  /** No answer, or one that may be another next time. A file that came twice is not shown twice: only its message shows it. */
  | { readonly outcome: "again" };

export interface Upload {
  readonly done: Promise<Uploaded>;
  stop(): void;
}

/** Files on their way to the gateway, one after another; those that are there wait for their message. */
export interface Uploads {
  list(): readonly Attached[];
  subscribe(listener: () => void): () => void;
  add(files: readonly File[]): void;
  remove(key: string): void;
  /** Those that are stored, for a message; they leave the list. */
  take(): readonly ShownFile[];
}

export interface UploadsOptions {
  readonly send: (file: File, onProgress: (share: number) => void) => Upload;
  readonly shelf: Shelf;
  readonly after: (ms: number, act: () => void) => () => void;
}

const RETRY_MS = 1500;

export function createUploads({ send, shelf, after }: UploadsOptions): Uploads {
  const listeners = new Set<() => void>();
  const bytes = new Map<string, File>();
  let list: readonly Attached[] = kept(shelf);
  let running: { key: string; upload: Upload } | null = null;
  let count = 0;

  const show = (next: readonly Attached[]): void => {
    list = next;
    const stored = list.flatMap(({ state }) => (state.at === "stored" ? [state.file] : []));
    shelf.write(JSON.stringify(stored));
    for (const listener of listeners) listener();
  };
  const set = (key: string, state: AttachedState): void =>
    show(list.map((one) => (one.key === key ? { ...one, state } : one)));
  const next = (): void => {
    if (running !== null) return;
    const waiting = list.find(({ state }) => state.at === "waiting");
    const file = waiting === undefined ? undefined : bytes.get(waiting.key);
    if (waiting === undefined || file === undefined) return;
    const { key } = waiting;
    set(key, { at: "sending", share: 0 });
    const upload = send(file, (share) => {
      if (running?.key === key) set(key, { at: "sending", share });
    });
    running = { key, upload };
    void upload.done.then((uploaded) => settle(key, uploaded));
  };
  const settle = (key: string, uploaded: Uploaded): void => {
    running = null;
    if (uploaded.outcome === "again") {
      set(key, { at: "waiting" });
      after(RETRY_MS, next);
      return;
    }
    bytes.delete(key);
    set(
      key,
      uploaded.outcome === "stored"
        ? { at: "stored", file: uploaded.file }
        : { at: "refused", reason: uploaded.reason },
    );
    next();
  };

  return {
    list: () => list,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(files) {
      const added = files.map((file, index): Attached => {
        count += 1;
        const key = `file ${count}`;
        const refusal = refusalOf(file, list.length + index);
        if (refusal === null) bytes.set(key, file);
        const state: AttachedState =
          refusal === null ? { at: "waiting" } : { at: "refused", reason: refusal };
        return { key, name: file.name === "" ? "file" : file.name, size: file.size, state };
      });
      show([...list, ...added]);
      next();
    },
    remove(key) {
      bytes.delete(key);
      if (running?.key === key) running.upload.stop();
      show(list.filter((one) => one.key !== key));
    },
    take() {
      const stored = list.flatMap(({ state }) => (state.at === "stored" ? [state.file] : []));
      show(list.filter(({ state }) => state.at === "waiting" || state.at === "sending"));
      return stored;
    },
  };
}

/** Nothing that is not stored yet: the message would go without it. */
export function areStored(list: readonly Attached[]): boolean {
  return list.every(({ state }) => state.at === "stored" || state.at === "refused");
}

function refusalOf({ size }: File, before: number): string | null {
  if (before >= FILE_LIMITS.count) return `at most ${FILE_LIMITS.count} files go with a message`;
  if (size > FILE_LIMITS.bytes) return "larger than 20 MB";
  if (size === 0) return "there is nothing in it";
  return null;
}

function kept(shelf: Shelf): readonly Attached[] {
  const files = parseJson(shelf.read() ?? "[]");
  if (!Array.isArray(files)) return [];
  return files
    .map(toShownFile)
    .filter(isThere)
    .map((file) => ({
      key: file.id,
      name: file.name,
      size: file.size,
      state: { at: "stored", file },
    }));
}
