import { Hono } from "hono";
import { textOf } from "../../sessions/errors.ts";
import type { Log } from "../log.ts";
import { bytesOf } from "./file-bytes.ts";
import { FILE_LIMIT } from "./file-shelf.ts";
import type { FileShelf } from "./file-shelf.ts";
import { fileHeaders } from "./file-words.ts";
import { toResponse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** Files that wait for their message; a program that never sends one must not fill the disk. */
const MOST_UNUSED = 100;

const FILE_TOO_LARGE: Refusal = {
  status: 413,
  code: "file_too_large",
  message: `the file is larger than ${FILE_LIMIT / 1024 / 1024} MB`,
  advice: "send a smaller one",
};
const FILE_EMPTY: Refusal = {
  status: 400,
  code: "file_empty",
  message: "the file has nothing in it",
  advice: "send its bytes as the body",
};
const FILE_NOT_STORED: Refusal = {
  status: 503,
  code: "not_stored",
  message: "the file could not be stored",
  advice: "send it again",
  retryAfterSeconds: 1,
};
const FILES_WAITING: Refusal = {
  status: 429,
  code: "files_waiting",
  message: `${MOST_UNUSED} files wait for a message`,
  advice: "use them in messages; those that are not used go within the hour or soon after",
  retryAfterSeconds: 60,
};

/** Bytes in, and bytes out: what `docs/local-chat.md` says of files. */
export function createFileRoutes(shelf: FileShelf, log: Log): Hono {
  const routes = new Hono();

  routes.post("/v1/chats/:chat/files", async (context) => {
    const { raw } = context.req;
    if (Number(context.req.header("Content-Length") ?? 0) > FILE_LIMIT) {
      return toResponse(FILE_TOO_LARGE);
    }
    if (raw.body === null) return toResponse(FILE_EMPTY);
    if (shelf.waiting >= MOST_UNUSED) return toResponse(FILES_WAITING);
    try {
      const stored = await shelf.take(raw.body, {
        chat: context.req.param("chat"),
        name: context.req.query("name") ?? "",
        type: context.req.header("Content-Type") ?? "",
      });
      switch (stored.outcome) {
        case "stored":
          return context.json(stored.file, 201);
        case "too_large":
          return toResponse(FILE_TOO_LARGE);
        case "empty":
          return toResponse(FILE_EMPTY);
      }
    } catch (thrown) {
      log.warn({ error: textOf(thrown) }, "file of the local chat not stored");
      return toResponse(FILE_NOT_STORED);
    }
  });

  routes.get("/v1/files/:id", async (context) => {
    const id = context.req.param("id");
    const found = await shelf.place(id);
    if (found === null) {
      return toResponse({
        status: 404,
        code: "file_unknown",
        message: `there is no file ${id}`,
        advice: "files go with their message, and an hour after their upload when none uses them",
      });
    }
    const { file, path } = found;
    // For a HEAD nobody reads it, and nothing is opened.
    return new Response(ReadableStream.from(bytesOf(path)), { headers: fileHeaders(file) });
  });
  return routes;
}
