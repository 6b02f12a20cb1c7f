import { createInterface } from "node:readline";

type Body = Record<string, unknown>;

/** JSON-RPC as an agent speaks it, by hand: it must also be able to speak it wrongly. */
export interface Wire {
  raw(text: string): void;
  send(message: Body): void;
  /** A call to the gateway; resolves with its whole answer. */
  call(method: string, params: Body): { readonly id: number; readonly answer: Promise<Body> };
  listen(ears: {
    onCall(id: unknown, method: string, params: Body): void;
    onNotification(method: string, params: Body): void;
    onEnd(): void;
  }): void;
}

export function createWire(): Wire {
  const pending = new Map<number, (answer: Body) => void>();
  let count = 0;
  const raw = (text: string): void => {
    process.stdout.write(text);
  };
  const send = (message: Body): void => raw(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  process.stdout.on("error", () => undefined);
  return {
    raw,
    send,
    call: (method, params) => {
      count += 1;
      const id = 1000 + count;
      const answer = new Promise<Body>((resolve) => pending.set(id, resolve));
      send({ id, method, params });
      return { id, answer };
    },
    listen: (ears) => {
      const lines = createInterface({ input: process.stdin });
      lines.on("line", (line) => {
        const message = JSON.parse(line) as Body;
        const { id, method, params } = message;
        if (typeof method !== "string") return pending.get(Number(id))?.(message);
        if (id === undefined) ears.onNotification(method, (params ?? {}) as Body);
        else ears.onCall(id, method, (params ?? {}) as Body);
      });
      lines.on("close", () => ears.onEnd());
    },
  };
}
