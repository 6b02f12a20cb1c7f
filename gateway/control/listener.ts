import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { SluiceError, textOf } from "../../sessions/errors.ts";

/** How long answers under way may take once the listener closes. */
const CLOSE_GRACE_MS = 1000;

/** A server for the app that listens nowhere yet. */
export function toServer(app: Hono): Server {
  // The app's globals stay Node's own: this process also talks to networks with them.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  if (!("closeAllConnections" in server)) throw new Error("expected an HTTP/1 server");
  return server;
}

/** Resolves with the port it got. Rejects with `port_in_use`. */
export function listenAt(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  advice: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const found = `Cannot listen on ${host}:${port}: ${foundBy(cause)}`;
      reject(new SluiceError("port_in_use", found, { advice, cause }));
    });
    server.listen(port, host, () => {
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
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
