import type { Server } from "node:http";
import { Server as NetServer } from "node:net";
import type { Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { SluiceError, textOf } from "../../sessions/errors.ts";

/** How long answers under way may take once the listener closes. */
const CLOSE_GRACE_MS = 1000;
const SWEEP_MS = 20;
/** How long a connection may take for the beginning of its request. */
const FIRST_WORD_MS = 100;

/** Longer than browsers' and proxies' pools keep an idle connection: it is they who end it, and no request meets a closing one. */
const KEEP_MS = 65_000;

/** A Hono app, whatever it asks of Node. */
export type App = Pick<Parameters<typeof createAdaptorServer>[0], "fetch">;

/** A server for the app that listens nowhere yet. */
export function toServer(app: App): Server {
  // The app's globals stay Node's own: this process also talks to networks with them.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  if (!("closeAllConnections" in server)) throw new Error("expected an HTTP/1 server");
  server.keepAliveTimeout = KEEP_MS;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  open.set(server, sockets);
  return server;
}

/** The connections of each server. */
const open = new WeakMap<Server, ReadonlySet<Socket>>();

export interface Place {
  readonly host: string;
  readonly port: number;
  /** A listening socket that was opened for us, in place of host and port. */
  readonly descriptor?: number | null;
}

/** Resolves with the port it got. Rejects with `port_in_use`. */
export function listenAt(
  server: Server,
  { host, port, descriptor = null }: Place,
  advice: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const place = descriptor === null ? `${host}:${port}` : `descriptor ${descriptor}`;
      const found = `Cannot listen on ${place}: ${foundBy(cause)}`;
      reject(new SluiceError("port_in_use", found, { advice, cause }));
    });
    server.listen(descriptor === null ? { port, host } : { fd: descriptor }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function foundBy(cause: Error): string {
  return "code" in cause && cause.code === "EADDRINUSE"
    ? "another program has this port"
    : textOf(cause);
}

/** Takes no new connection, lets answers under way end for a moment, then cuts what is left. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    // One whose answer ends after `close` would be kept for the next request.
    const idle = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    // Browsers open some in advance, which count as busy with a request that never comes.
    const silent = setTimeout(() => {
      for (const socket of open.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
    }, FIRST_WORD_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      clearTimeout(silent);
      resolve();
    });
  });
}

/**
 * Takes no new connection. One that has just come may still say what it came for, and nothing is cut before
 * `answered` has resolved.
 */
export async function closeServerGently(server: Server, answered: Promise<unknown>): Promise<void> {
  // An HTTP server's own `close` also cuts connections whose request has not been read.
  const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
  await answered;
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  const idle = setTimeout(() => server.closeIdleConnections(), FIRST_WORD_MS);
  await closed;
  clearTimeout(cut);
  clearTimeout(idle);
}
