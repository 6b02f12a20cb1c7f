import type { WebSocket } from "ws";

import type { Timer } from "../../../../sessions/clock.ts";
import type { World } from "../world/world.ts";
import type { Host } from "../records.ts";
import type { Packer } from "./packer.ts";
import type { Session } from "./session.ts";

export interface Payload {
  readonly op: number;
  readonly d: unknown;
}

/** One socket. Knows the rules of a socket, and nothing of sessions but which one it carries. */
export interface Connection {
  readonly number: number;
  readonly host: Host;
  session: Session | null;
  send(payload: Payload): void;
  /** True when it went to the socket. In silence it goes out when that ends, and does not count. */
  sendText(text: string): boolean;
  /** Our close. 1006: break it. */
  close(code: number): void;
  setSilent(isSilent: boolean): void;
  /** The client is alive. */
  beat(): void;
}

export interface ConnectionOptions {
  readonly world: World;
  readonly number: number;
  readonly host: Host;
  readonly packer: Packer;
  readonly heartbeatIntervalMs: number;
  readonly isSilent: boolean;
  onPayload(connection: Connection, payload: Payload): void;
  onClosed(
    connection: Connection,
    how: { readonly by: "client" | "server"; readonly code: number },
  ): void;
}

const LARGEST_PAYLOAD = 4_096;
const SENDS = { most: 120, perMs: 60_000 };
const BROKEN = 1006;

export function createConnection(socket: WebSocket, options: ConnectionOptions): Connection {
  const { world, packer, heartbeatIntervalMs } = options;
  const { clock } = world;
  const unsent: string[] = [];
  let isSilent = options.isSilent;
  let isClosed = false;
  let windowStart = clock.now();
  let sent = 0;
  let watch: Timer = clock.timer(0, () => undefined);

  function write(text: string): void {
    packer.pack(text, (data) => socket.send(data));
  }

  function end(by: "client" | "server", code: number): void {
    if (isClosed) return;
    isClosed = true;
    watch.cancel();
    options.onClosed(connection, { by, code });
  }

  function watchHeartbeat(): void {
    watch.cancel();
    watch = clock.timer(heartbeatIntervalMs * 1.5, () => {
      if (isSilent) watchHeartbeat();
      else connection.close(4000);
    });
  }

  const connection: Connection = {
    number: options.number,
    host: options.host,
    session: null,
    send: (payload) => void connection.sendText(JSON.stringify({ t: null, s: null, ...payload })),
    sendText(text) {
      if (isClosed) return false;
      if (isSilent) unsent.push(text);
      else write(text);
      return !isSilent;
    },
    close(code) {
      end("server", code);
      socket.resume();
      if (code === BROKEN) socket.terminate();
      else socket.close(code);
    },
    setSilent(silent) {
      isSilent = silent;
      if (silent) return socket.pause();
      socket.resume();
      for (const text of unsent.splice(0)) write(text);
    },
    beat: watchHeartbeat,
  };

  function isTooMuch(): boolean {
    const now = clock.now();
    if (now - windowStart >= SENDS.perMs) {
      windowStart = now;
      sent = 0;
    }
    sent += 1;
    return sent > SENDS.most;
  }

  function read(bytes: Buffer): void {
    if (isTooMuch()) return connection.close(4008);
    if (bytes.length > LARGEST_PAYLOAD) return connection.close(4002);
    const payload = parse(bytes.toString("utf8"));
    if (payload === null) return connection.close(4002);
    options.onPayload(connection, payload);
  }

  socket.on("message", (data: Buffer) => {
    if (!isClosed) read(data);
  });
  socket.on("close", (code) => end("client", code));
  // A broken socket is told by its close.
  socket.on("error", () => undefined);
  if (isSilent) socket.pause();
  watchHeartbeat();
  return connection;
}

function parse(text: string): Payload | null {
  try {
    const payload = JSON.parse(text) as { op?: unknown; d?: unknown } | null;
    if (payload === null || typeof payload !== "object" || typeof payload.op !== "number")
      return null;
    return { op: payload.op, d: payload.d };
  } catch {
    return null;
  }
}
