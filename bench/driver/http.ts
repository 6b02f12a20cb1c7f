import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";

/** Connections that stay open, so that a message does not pay for one. */
export const kept = new Agent({ keepAlive: true, maxSockets: 64 });
/** One connection each: a process that was just started is asked from nothing. */
const fresh = new Agent({ keepAlive: false });

export interface Asked {
  readonly url: string;
  readonly token?: string;
  readonly agent?: Agent;
}

export function post(asked: Asked, body: object): Promise<number> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      asked.url,
      {
        method: "POST",
        agent: asked.agent ?? kept,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
          ...(asked.token !== undefined && { authorization: `Bearer ${asked.token}` }),
        },
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(text);
  });
}

/** Null when nobody answers. */
export function statusAt(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const sent = request(url, { agent: fresh }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", () => resolve(null));
    sent.end();
  });
}

export function openStream({ url, token }: Asked): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = request(url, { agent: new Agent(), headers }, (response) => {
      response.setEncoding("utf8");
      response.once("data", () => resolve(response));
    });
    sent.on("error", reject);
    sent.end();
  });
}

export async function bodyAt(url: string): Promise<string> {
  const response = await fetch(url);
  return response.text();
}
