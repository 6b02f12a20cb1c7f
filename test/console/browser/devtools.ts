import type { Readable, Writable } from "node:stream";

export type Given = Readonly<Record<string, unknown>>;

/** The browser's DevTools protocol. `session`: one page's, or the browser's own when left out. */
export interface DevTools {
  /** Rejects with the browser's words, or after 30 s without an answer. */
  send<Answer = Given>(method: string, params?: Given, session?: string): Promise<Answer>;
  /** Events of one session; returns how to stop that. */
  listen(session: string, listener: (method: string, params: Given) => void): () => void;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

interface Incoming {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Given;
  readonly sessionId?: string;
}

const ANSWER_MS = 30_000;

/**
 * Over two pipes, one message to a NUL. Unlike over a socket nobody else can reach the browser, and it
 * leaves by itself when this process is gone, however that ends.
 */
export function connectDevTools(to: Writable, from: Readable): DevTools {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<(method: string, params: Given) => void>>();
  let counter = 0;
  let isClosed = false;

  const take = (text: string): void => {
    const message = JSON.parse(text) as Incoming;
    if (message.id === undefined) {
      for (const listener of listeners.get(message.sessionId ?? "") ?? []) {
        listener(message.method ?? "", message.params ?? {});
      }
      return;
    }
    const one = waiting.get(message.id);
    if (one === undefined) return;
    waiting.delete(message.id);
    clearTimeout(one.timer);
    if (message.error === undefined) one.resolve(message.result);
    else one.reject(new Error(message.error.message));
  };

  let parts: Buffer[] = [];
  from.on("data", (chunk: Buffer) => {
    let begin = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, begin)) {
      const text = Buffer.concat([...parts, chunk.subarray(begin, end)]).toString("utf8");
      parts = [];
      begin = end + 1;
      take(text);
    }
    if (begin < chunk.length) parts.push(chunk.subarray(begin));
  });
  const close = (): void => {
    isClosed = true;
    for (const one of waiting.values()) {
      clearTimeout(one.timer);
      one.reject(new Error("the browser is gone"));
    }
    waiting.clear();
  };
  from.on("close", close);
  from.on("error", close);
  to.on("error", close);

  return {
    send<Answer>(method: string, params: Given = {}, session?: string) {
      return new Promise<Answer>((resolve, reject) => {
        if (isClosed) return reject(new Error(`${method}: the browser is gone`));
        counter += 1;
        const id = counter;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error(`${method}: the browser did not answer within ${ANSWER_MS / 1000} s`));
        }, ANSWER_MS);
        const refuse = (error: Error): void => reject(new Error(`${method}: ${error.message}`));
        waiting.set(id, {
          resolve: (answer) => resolve(answer as Answer),
          reject: refuse,
          timer,
        });
        const about = session === undefined ? {} : { sessionId: session };
        to.write(`${JSON.stringify({ id, method, params, ...about })}\0`);
      });
    },
    listen(session, listener) {
      const all = listeners.get(session) ?? new Set();
      all.add(listener);
      listeners.set(session, all);
      return () => void all.delete(listener);
    },
  };
}
