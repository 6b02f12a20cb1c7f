import type { IncomingMessage } from "node:http";

import { parseMultipart } from "./multipart.ts";
import { refuse } from "./refusal.ts";
import type { UploadedFile } from "./route.ts";

export interface RequestBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

/** Reads all that was sent; what it means comes later, so that a bad body can be refused. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** JSON, or a form with `payload_json` and `files[n]`. */
export function parseBody(bytes: Buffer, contentType: string): RequestBody {
  if (bytes.length === 0) return { json: null, files: [] };
  if (!contentType.startsWith("multipart/form-data")) return { json: parseJson(bytes), files: [] };
  const parts = parseMultipart(bytes, contentType);
  if (parts === null) throw refuse.notJson();
  const payload = parts.find((part) => part.name === "payload_json");
  return {
    json: payload === undefined ? {} : parseJson(payload.bytes),
    files: parts.flatMap(({ name, fileName, mime, bytes }) => {
      const index = /^files\[(\d+)\]$/.exec(name)?.[1];
      return index === undefined || fileName === null
        ? []
        : [{ index, name: fileName, mime, bytes: Buffer.from(bytes) }];
    }),
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw refuse.notJson();
  }
}
