import { readFile, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { textOf } from "../../sessions/errors.ts";
import type { ChatClient, Posted } from "./client.ts";

export type FileCommand =
  | { readonly outcome: "unreadable"; readonly reason: string }
  | {
      readonly outcome: "file";
      readonly name: string;
      readonly size: number;
      readonly text: string;
      /** Tries until it is said; the file is sent along once. */
      readonly poster: (client: ChatClient, id: string) => (signal: AbortSignal) => Promise<Posted>;
    };

/** `/file <path> [words]`; a path with spaces stands in quotes. Null: it is something else. */
export async function fileCommand(line: string): Promise<FileCommand | null> {
  const [, quoted, plain, text = ""] = /^\/file\s+(?:"([^"]+)"|(\S+))\s*(.*)$/s.exec(line) ?? [];
  const path = quoted ?? plain;
  if (path === undefined) return null;
  try {
    // A pipe that nobody writes to would be read for ever, and so would a device.
    if (!(await stat(path)).isFile()) {
      return { outcome: "unreadable", reason: `not sent: ${path} is no file` };
    }
    const bytes = new Uint8Array(await readFile(path));
    const name = basename(path);
    const type = TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";
    return {
      outcome: "file",
      name,
      size: bytes.length,
      text,
      poster: (client, id) => {
        let file: string | null = null;
        return async (signal) => {
          if (file === null) {
            const uploaded = await client.upload({ name, type, bytes }, { signal });
            if (uploaded.outcome !== "taken") return uploaded;
            file = uploaded.id;
          }
          return client.say(text, { id, files: [file], signal });
        };
      },
    };
  } catch (thrown) {
    return { outcome: "unreadable", reason: `not sent: ${textOf(thrown)}` };
  }
}

/** What agents look at by its type; the rest is a file like any other. */
const TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".ogg": "audio/ogg",
  ".txt": "text/plain",
  ".md": "text/markdown",
  ".csv": "text/csv",
  ".json": "application/json",
  ".pdf": "application/pdf",
};
