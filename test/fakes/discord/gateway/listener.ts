import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";

/** One address where sockets are taken. */
export interface Listener {
  readonly url: string;
  /** `dead`: reset at once. `silent`: taken, and the handshake is never answered. */
  state: "up" | "dead" | "silent";
  close(): Promise<void>;
}

export async function listen(
  onSocket: (socket: WebSocket, query: URLSearchParams) => void,
): Promise<Listener> {
  const upgrades = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 });
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => {
    response.writeHead(426);
    response.end();
  });

  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    if (listener.state === "dead") socket.destroy();
  });
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (listener.state === "dead") return void socket.destroy();
    if (listener.state === "silent") return;
    upgrades.handleUpgrade(request, socket, head, (client) =>
      onSocket(client, new URL(request.url ?? "/", "http://localhost").searchParams),
    );
  });

  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  const listener: Listener = {
    url: `ws://127.0.0.1:${address.port}`,
    state: "up",
    close() {
      for (const socket of sockets) socket.destroy();
      upgrades.close();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return listener;
}
