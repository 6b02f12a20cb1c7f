import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

export const SCRIPT = "text/javascript; charset=utf-8";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  ts: SCRIPT,
  js: SCRIPT,
  mjs: SCRIPT,
};

/** One file of the page, as it goes out. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer<ArrayBuffer>;
  /** Compressed once. */
  packed(encoding: Encoding): Promise<Buffer>;
}

export type Encoding = "br" | "gzip";

/** Null: a kind of file that is never served. */
export function typeOf(name: string): string | null {
  return TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? null;
}

export function createAsset(type: string, text: string): Asset {
  const plain = Buffer.from(text);
  const packed = new Map<Encoding, Promise<Buffer>>();
  return {
    type,
    etag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
    plain,
    packed(encoding) {
      const known = packed.get(encoding);
      if (known !== undefined) return known;
      const made = pack(plain, encoding);
      packed.set(encoding, made);
      return made;
    },
  };
}

function pack(plain: Buffer, encoding: Encoding): Promise<Buffer> {
  return encoding === "br"
    ? promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
    : promisify(gzip)(plain, { level: 9 });
}

/** It is asked for again at each visit, and mostly answered with "as you have it". */
export async function toResponse(asset: Asset, asked: Headers): Promise<Response> {
  const headers = { ETag: asset.etag, "Cache-Control": "no-cache", Vary: "Accept-Encoding" };
  if (asked.get("If-None-Match") === asset.etag)
    return new Response(null, { status: 304, headers });
  const encoding = encodingOf(asked.get("Accept-Encoding") ?? "");
  if (encoding === null) {
    return new Response(asset.plain, { headers: { ...headers, "Content-Type": asset.type } });
  }
  const packed = await asset.packed(encoding);
  return new Response(new Uint8Array(packed), {
    headers: { ...headers, "Content-Type": asset.type, "Content-Encoding": encoding },
  });
}

function encodingOf(accepted: string): Encoding | null {
  const names = new Set(accepted.split(",").map((one) => one.trim().split(";")[0]));
  if (names.has("br")) return "br";
  return names.has("gzip") ? "gzip" : null;
}
