import type { Clock, Timer } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import { CANCEL_REQUEST } from "./methods.ts";
import type { RpcError, RpcId, RpcMessage } from "./rpc-message.ts";
import { isRecord, parseHead, parseRpc } from "./rpc-message.ts";

/** Our side of a JSON-RPC conversation by lines. Nothing that the other side says makes it throw. */
export interface RpcPeer {
  /** Never rejects. */
  request(method: string, params: object, limit: Limit): Promise<Answer>;
  notify(method: string, params: object): void;
  /** A line of the other side. */
  receive(line: string): void;
  /** A line of the other side that was too long to read; this is how it began. */
  receiveTooLong(head: string): void;
  /** Nothing more will come. Idempotent. */
  close(): void;
}

export interface Limit {
  /** Null: it may take as long as it takes. */
  readonly ms: number | null;
}

export type Answer =
  | { readonly outcome: "result"; readonly value: unknown }
  | { readonly outcome: "error"; readonly error: RpcError }
  | { readonly outcome: "timeout" }
  /** The other side is gone. */
  | { readonly outcome: "closed" };

export type Reply =
  | { readonly type: "result"; readonly value: object | null }
  | { readonly type: "error"; readonly error: RpcError };

/** What the other side asks of us. */
export interface Call {
  readonly method: string;
  readonly params: unknown;
  /** It no longer wants the answer. */
  readonly signal: AbortSignal;
}

export interface RpcPeerOptions {
  readonly clock: Clock;
  send(message: object): void;
  onCall(call: Call): Promise<Reply>;
  onNotification(method: string, params: unknown): void;
  /** Odd, and ignored. */
  onOddity(what: "garbage" | "unasked answer" | "line too long"): void;
}

export const ERRORS = {
  badParams: -32602,
  noSuchMethod: -32601,
  internal: -32603,
  badRequest: -32600,
  cancelled: -32800,
  authRequired: -32000,
  notFound: -32002,
} as const;

type Request = Extract<RpcMessage, { type: "request" }>;

export function createRpcPeer(options: RpcPeerOptions): RpcPeer {
  const pending = new Map<RpcId, (answer: Answer) => void>();
  const calls = new Map<RpcId, AbortController>();
  let isClosed = false;
  let count = 0;

  const settle = (id: RpcId, answer: Answer): void => {
    const resolve = pending.get(id);
    // A second answer, or one that comes after its time.
    if (resolve === undefined) return options.onOddity("unasked answer");
    pending.delete(id);
    resolve(answer);
  };

  const reply = (id: RpcId, reply: Reply): void => {
    if (isClosed) return;
    const body = reply.type === "result" ? { result: reply.value } : { error: reply.error };
    options.send({ jsonrpc: "2.0", id, ...body });
  };

  const serve = async ({ id, method, params }: Request): Promise<void> => {
    const abort = new AbortController();
    calls.set(id, abort);
    try {
      reply(id, await options.onCall({ method, params, signal: abort.signal }));
    } catch (error) {
      reply(id, refusal(ERRORS.internal, textOf(error)));
    } finally {
      if (calls.get(id) === abort) calls.delete(id);
    }
  };

  const notified = (method: string, params: unknown): void => {
    if (method !== CANCEL_REQUEST) return options.onNotification(method, params);
    const id = isRecord(params) ? params["requestId"] : null;
    if (typeof id === "string" || typeof id === "number") calls.get(id)?.abort();
  };

  return {
    request: (method, params, { ms }) =>
      new Promise((resolve) => {
        if (isClosed) return resolve({ outcome: "closed" });
        count += 1;
        const id = count;
        let timer: Timer | null = null;
        pending.set(id, (answer) => {
          timer?.cancel();
          resolve(answer);
        });
        if (ms !== null) timer = options.clock.timer(ms, () => settle(id, { outcome: "timeout" }));
        options.send({ jsonrpc: "2.0", id, method, params });
      }),
    notify: (method, params) => {
      if (!isClosed) options.send({ jsonrpc: "2.0", method, params });
    },
    receive: (line) => {
      const message = parseRpc(line);
      switch (message.type) {
        case "request":
          void serve(message);
          return;
        case "notification":
          return notified(message.method, message.params);
        case "result":
          return settle(message.id, { outcome: "result", value: message.value });
        case "error":
          return settle(message.id, { outcome: "error", error: message.error });
        case "garbage":
          return options.onOddity("garbage");
      }
    },
    receiveTooLong: (head) => {
      options.onOddity("line too long");
      const message = parseHead(head);
      const refused = refusal(ERRORS.badRequest, "the line was longer than 8 MiB");
      if (message.type === "request") reply(message.id, refused);
      if (message.type === "response") {
        settle(message.id, { outcome: "error", error: refused.error });
      }
    },
    close: () => {
      isClosed = true;
      for (const id of pending.keys()) settle(id, { outcome: "closed" });
      for (const call of calls.values()) call.abort();
    },
  };
}

export function result(value: object | null): Reply {
  return { type: "result", value };
}

export function refusal(code: number, message: string): Extract<Reply, { type: "error" }> {
  return { type: "error", error: { code, message } };
}
