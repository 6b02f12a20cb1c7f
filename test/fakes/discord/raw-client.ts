import { WebSocket } from "ws";

/** A gateway client that does nothing by itself: for tests that send what no library would. */
export interface RawClient {
  readonly received: readonly Received[];
  /** Resolves with the first that fits and was not taken before. */
  next(fits: (payload: Received) => boolean): Promise<Received>;
  event(t: string): Promise<Received>;
  send(payload: unknown): void;
  sendText(text: string): void;
  close(code?: number): void;
  /** Breaks without a close frame. */
  terminate(): void;
  /** The code it ended with. */
  readonly closed: Promise<number>;
}

export interface Received {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: Readonly<Record<string, unknown>>;
}

const PATIENCE_MS = 3_000;

export async function connectRaw(url: string, query = "v=10&encoding=json"): Promise<RawClient> {
  const socket = new WebSocket(`${url}/?${query}`);
  const received: Received[] = [];
  const taken = new Set<Received>();
  const waiting = new Set<() => void>();
  const closed = new Promise<number>((resolve) => {
    socket.on("close", (code) => resolve(code));
  });
  socket.on("message", (data: Buffer) => {
    received.push(JSON.parse(data.toString("utf8")) as Received);
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
  });

  const client: RawClient = {
    received,
    closed,
    next(fits) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = received.find((one) => !taken.has(one) && fits(one));
          if (found === undefined) return;
          taken.add(found);
          end();
          resolve(found);
        };
        const timer = setTimeout(() => {
          end();
          const heard = received.map(({ op, t }) => t ?? `op ${op}`).join(", ");
          reject(new Error(`nothing that fits came; heard ${heard}`));
        }, PATIENCE_MS);
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      });
    },
    event: (t) => client.next((one) => one.t === t),
    send: (payload) => socket.send(JSON.stringify(payload)),
    sendText: (text) => socket.send(text),
    close: (code) => socket.close(code),
    terminate: () => socket.terminate(),
  };
  return client;
}

export function identify(
  token: string,
  intents: number,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  const properties = { os: "linux", browser: "test", device: "test" };
  return { op: 2, d: { token, intents, properties, ...more } };
}

export function resume(token: string, session: string, seq: number): unknown {
  return { op: 6, d: { token, session_id: session, seq } };
}

/** GUILDS, GUILD_MESSAGES, GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGES, MESSAGE_CONTENT. */
export const USUAL_INTENTS = 1 | 512 | 1024 | 4096 | 32768;

/** Connected, identified, and READY was heard. */
export async function connectReady(
  discord: { readonly gatewayUrl: string; readonly token: string },
  intents = USUAL_INTENTS,
): Promise<{ readonly client: RawClient; readonly session: string; readonly resumeUrl: string }> {
  const client = await connectRaw(discord.gatewayUrl);
  client.send(identify(discord.token, intents));
  const { d } = await client.event("READY");
  return { client, session: String(d["session_id"]), resumeUrl: String(d["resume_gateway_url"]) };
}
