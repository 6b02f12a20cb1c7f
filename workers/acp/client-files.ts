import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

import { z } from "zod";

import { textOf } from "../../sessions/errors.ts";
import { CLIENT } from "./methods.ts";
import type { Reply } from "./rpc-peer.ts";
import { ERRORS, refusal, result } from "./rpc-peer.ts";
import type { Workspace } from "./workspace.ts";

/** Files that an agent reads and writes through us. */
export interface ClientFiles {
  /** Null: it is about no file. */
  serve(method: string, params: unknown): Promise<Reply> | null;
  /** These may be read as well, wherever they are: they came with the turn's messages. */
  allow(paths: readonly string[]): void;
}

const READ = z.object({
  path: z.string(),
  line: z.int().min(1).nullish(),
  limit: z.int().min(0).nullish(),
});
const WRITE = z.object({ path: z.string(), content: z.string() });

const MOST_BYTES = 8 * 1024 * 1024;

export function createClientFiles(workspace: Workspace): ClientFiles {
  let allowed: ReadonlySet<string> = new Set();

  const read = async (params: unknown): Promise<Reply> => {
    const wanted = READ.safeParse(params).data;
    if (wanted === undefined) return badParams(CLIENT.fs_read_text_file);
    const isOurs = allowed.has(wanted.path);
    const path = isOurs ? wanted.path : workspace.resolve(wanted.path);
    if (path === null) return outside(wanted.path);
    // Neither a link that took its place meanwhile, nor a pipe that nobody writes to.
    const file = await open(path, READING);
    try {
      const { size } = await regular(file, path);
      if (size > MOST_BYTES) {
        return refusal(ERRORS.badParams, `${path} has ${size} bytes, more than ${MOST_BYTES}`);
      }
      return result({ content: cut(await file.readFile("utf8"), wanted) });
    } finally {
      await file.close();
    }
  };

  const write = async (params: unknown): Promise<Reply> => {
    const wanted = WRITE.safeParse(params).data;
    if (wanted === undefined) return badParams(CLIENT.fs_write_text_file);
    const path = workspace.resolve(wanted.path);
    if (path === null) return outside(wanted.path);
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, WRITING, 0o644);
    try {
      await regular(file, path);
      await file.truncate(0);
      await file.writeFile(wanted.content);
      return result(null);
    } finally {
      await file.close();
    }
  };

  return {
    serve: (method, params) => {
      if (method === CLIENT.fs_read_text_file) return read(params).catch(toRefusal);
      if (method === CLIENT.fs_write_text_file) return write(params).catch(toRefusal);
      return null;
    },
    allow: (paths) => {
      allowed = new Set(paths);
    },
  };
}

const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const WRITING =
  constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function regular(
  file: { stat(): Promise<{ isFile(): boolean; size: number }> },
  path: string,
): Promise<{ readonly size: number }> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new Error(`${path} is not a file`);
  return stat;
}

function cut(text: string, { line, limit }: z.output<typeof READ>): string {
  if (line == null && limit == null) return text;
  const from = (line ?? 1) - 1;
  const lines = text.split("\n");
  return lines.slice(from, limit == null ? lines.length : from + limit).join("\n");
}

function outside(path: string): Reply {
  return refusal(ERRORS.badParams, `${path} is outside the workspace of this conversation`);
}

export function badParams(method: string): Reply {
  return refusal(ERRORS.badParams, `the parameters of ${method} cannot be understood`);
}

function toRefusal(error: unknown): Reply {
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  return refusal(isMissing ? ERRORS.notFound : ERRORS.internal, textOf(error));
}
