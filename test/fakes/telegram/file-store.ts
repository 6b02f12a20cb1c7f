import type { Chance } from "../../../sessions/clock.ts";

import type { FakeUpload } from "./fake-telegram.ts";
import type { UploadedFile } from "./parameters.ts";
import { createCounter } from "./room.ts";

export interface StoredFile {
  readonly kind: FakeUpload["kind"];
  readonly fileId: string;
  readonly uniqueId: string;
  readonly name: string | null;
  readonly mime: string | null;
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly bare: boolean;
  /** A photo's small size, a file of its own. */
  readonly thumbnail: StoredFile | null;
}

/** Every file ever sent, by people and bots. */
export interface FileStore {
  add(upload: FakeUpload): StoredFile;
  addUploaded(kind: FakeUpload["kind"], file: UploadedFile): StoredFile;
  byId(fileId: string): StoredFile | undefined;
  byPath(path: string): StoredFile | undefined;
}

const FOLDERS = { photo: "photos", document: "documents", voice: "voice" } as const;
const EXTENSIONS = { photo: "jpg", document: "bin", voice: "oga" } as const;
/** Told from the name, as Telegram does with what bots upload. */
const DOCUMENT_MIMES: ReadonlyMap<string, string> = new Map([
  ["txt", "text/plain"],
  ["md", "text/markdown"],
  ["html", "text/html"],
  ["csv", "text/csv"],
  ["json", "application/json"],
  ["pdf", "application/pdf"],
  ["zip", "application/zip"],
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
]);

export function createFileStore(chance: Chance): FileStore {
  const files = new Map<string, StoredFile>();
  const paths = new Map<string, StoredFile>();
  const count = createCounter();

  function add(upload: FakeUpload): StoredFile {
    const bytes = typeof upload.bytes === "number" ? Buffer.alloc(upload.bytes) : upload.bytes;
    const number = count();
    const extension = /\.(\w+)$/.exec(upload.name ?? "")?.[1] ?? EXTENSIONS[upload.kind];
    const file: StoredFile = {
      kind: upload.kind,
      fileId: `AgACAgIAAxkB${letters(chance, 40)}${number}`,
      uniqueId: `AQAD${letters(chance, 8)}${number}`,
      name: upload.kind === "document" ? (upload.name ?? null) : null,
      mime: upload.mime ?? mimeOf(upload.kind, extension),
      bytes,
      path: `${FOLDERS[upload.kind]}/file_${number}.${extension}`,
      bare: upload.bare ?? false,
      thumbnail:
        upload.kind === "photo" && upload.name !== "thumbnail"
          ? add({ kind: "photo", bytes: bytes.slice(0, 64), name: "thumbnail" })
          : null,
    };
    files.set(file.fileId, file);
    paths.set(file.path, file);
    return file;
  }

  return {
    add,
    addUploaded: (kind, file) => add({ kind, bytes: file.bytes, name: file.name }),
    byId: (fileId) => files.get(fileId),
    byPath: (path) => paths.get(path),
  };
}

function mimeOf(kind: FakeUpload["kind"], extension: string): string {
  if (kind === "photo") return "image/jpeg";
  if (kind === "voice") return "audio/ogg";
  return DOCUMENT_MIMES.get(extension.toLowerCase()) ?? "application/octet-stream";
}

function letters(chance: Chance, count: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return Array.from({ length: count }, () => alphabet[chance.int(alphabet.length)] ?? "").join("");
}
