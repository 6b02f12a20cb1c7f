import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";

import { BotError, badRequest } from "./bot-error.ts";
import { isRecord } from "./parameters.ts";
import type { Parameters, UploadedFile } from "./parameters.ts";

/** Stands for text that is not UTF-8: refused where text is checked. */
const NOT_UTF8 = "\uD800";

/** Reads a request to its end, also one that is too large (413). */
export async function readParameters(
  request: IncomingMessage,
  url: URL,
  limit: number,
): Promise<Parameters> {
  const fields = new Map<string, unknown>(url.searchParams);
  const files = new Map<string, UploadedFile>();
  const body = await readBody(request, limit);
  const type = request.headers["content-type"] ?? "";
  if (body.length === 0) return { fields, files };
  if (type.startsWith("application/json")) {
    for (const [name, value] of Object.entries(parseJson(body))) {
      if (value !== null) fields.set(name, value);
    }
  } else if (type.startsWith("application/x-www-form-urlencoded")) {
    for (const [name, value] of new URLSearchParams(body.toString())) fields.set(name, value);
  } else if (type.startsWith("multipart/form-data")) {
    const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
    if (boundary === undefined) throw badRequest("boundary not found");
    for (const part of partsOf(body, boundary)) {
      if (part.filename === null) fields.set(part.name, decode(part.bytes));
      else files.set(part.name, { name: part.filename, mime: part.mime, bytes: part.bytes });
    }
  } else throw badRequest("unsupported content type");
  return { fields, files };
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= limit) chunks.push(chunk as Buffer);
  }
  if (size > limit) throw new BotError(413, "Request Entity Too Large");
  return Buffer.concat(chunks);
}

function parseJson(body: Buffer): Readonly<Record<string, unknown>> {
  if (!isUtf8(body)) throw badRequest("strings must be encoded in UTF-8");
  try {
    const value: unknown = JSON.parse(body.toString());
    if (isRecord(value)) return value;
  } catch {
    // Told below, as for what is no object.
  }
  throw badRequest("can't parse request JSON object");
}

function decode(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : NOT_UTF8;
}

interface Part {
  readonly name: string;
  readonly filename: string | null;
  readonly mime: string;
  readonly bytes: Buffer;
}

function partsOf(body: Buffer, boundary: string): Part[] {
  const parts: Part[] = [];
  const separator = Buffer.from(`\r\n--${boundary}`);
  const first = Buffer.from(`--${boundary}`);
  let at = body.indexOf(first) + first.length;
  while (body.toString("latin1", at, at + 2) === "\r\n") {
    const head = body.indexOf("\r\n\r\n", at);
    const end = body.indexOf(separator, head + 2);
    if (head < 0 || end < 0) break;
    const headers = body.toString("utf8", at, head);
    const name = field(headers, "name");
    if (name !== null) {
      parts.push({
        name,
        filename: field(headers, "filename"),
        mime: /^content-type:\s*(\S+)/im.exec(headers)?.[1] ?? "application/octet-stream",
        bytes: body.subarray(head + 4, end),
      });
    }
    at = end + separator.length;
  }
  return parts;
}

/** Quoted or bare: grammY writes names of files without quotes. */
function field(headers: string, name: string): string | null {
  const found = new RegExp(`[;\\s]${name}=(?:"([^"]*)"|([^;\\r\\n]*))`, "i").exec(headers);
  return found === null ? null : (found[1] ?? found[2] ?? "");
}
