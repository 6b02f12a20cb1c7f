import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly kind: "read"; readonly text: string }
  | { readonly kind: "too_large" }
  | { readonly kind: "broken_off" };

/** Reads a request's body, and stops as soon as it is or says that it will be longer than `limit` bytes. */
export function readBody(incoming: IncomingMessage, limit: number): Promise<Body> {
  if (Number(incoming.headers["content-length"] ?? 0) > limit) {
    return Promise.resolve({ kind: "too_large" });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body): void => {
      incoming.off("data", take);
      incoming.off("end", end);
      incoming.off("close", breakOff);
      resolve(body);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) finish({ kind: "too_large" });
      else chunks.push(chunk);
    };
    const end = (): void => finish({ kind: "read", text: Buffer.concat(chunks).toString("utf8") });
    const breakOff = (): void => finish({ kind: "broken_off" });
    incoming.on("data", take);
    incoming.on("end", end);
    incoming.on("close", breakOff);
  });
}
