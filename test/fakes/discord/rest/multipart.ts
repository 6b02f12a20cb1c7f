/** A part of a `multipart/form-data` body. */
export interface Part {
  readonly name: string;
  /** Null: a plain field. */
  readonly fileName: string | null;
  readonly mime: string;
  readonly bytes: Buffer;
}

/** Null: not a body of that kind. */
export function parseMultipart(body: Buffer, contentType: string): readonly Part[] | null {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return null;
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let from = body.indexOf(mark);
  while (from !== -1) {
    const start = from + mark.length;
    if (body.toString("latin1", start, start + 2) === "--") return parts;
    const end = body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), start);
    const headEnd = body.indexOf("\r\n\r\n", start);
    if (end === -1 || headEnd === -1 || headEnd > end) return null;
    const part = toPart(body.toString("utf8", start, headEnd), body.subarray(headEnd + 4, end));
    if (part === null) return null;
    parts.push(part);
    from = end + 2;
  }
  return null;
}

function toPart(head: string, bytes: Buffer): Part | null {
  const name = /\bname="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return null;
  return {
    name,
    fileName: /\bfilename="([^"]*)"/i.exec(head)?.[1] ?? null,
    mime: /^content-type:\s*(\S+)/im.exec(head)?.[1] ?? "application/octet-stream",
    bytes,
  };
}
