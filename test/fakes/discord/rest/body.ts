import type { IncomingMessage } from "node:http";

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

export async function parseBody(bytes: Buffer, contentType: string): Promise<RequestBody> {
  if (bytes.length === 0) return { json: null, files: [] };
  if (contentType.startsWith("multipart/form-data")) return parseMultipart(bytes, contentType);
  return { json: parseJson(bytes.toString("utf8")), files: [] };
}

async function parseMultipart(bytes: Buffer, contentType: string): Promise<RequestBody> {
  const form = await new Response(new Uint8Array(bytes), {
    headers: { "content-type": contentType },
  })
    .formData()
    .catch(() => {
      throw refuse.notJson();
    });
  const files: UploadedFile[] = [];
  for (const [key, value] of form) {
    const index = /^files\[(\d+)\]$/.exec(key)?.[1];
    if (index === undefined || typeof value === "string") continue;
    files.push({
      index,
      name: value.name,
      mime: value.type || "application/octet-stream",
      bytes: Buffer.from(await value.arrayBuffer()),
    });
  }
  const payload = form.get("payload_json");
  return { json: typeof payload === "string" ? parseJson(payload) : {}, files };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse.notJson();
  }
}
