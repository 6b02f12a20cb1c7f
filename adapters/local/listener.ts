import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { Socket } from "node:net";
import type { Clock, Timer } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";

export interface Listener {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  /** Takes no connection more and returns when the requests under way are answered. */
  close(): Promise<void>;
}

/** How long a request that is still coming in may hold up the end. */
const LAST_REQUEST_MS = 2_000;
/** How long a connection that has said nothing yet may still begin to; browsers open such ones in advance. */
const SILENT_MS = 100;
const SWEEP_MS = 10;

/** Throws `port_in_use`, or `adapter_refused` when the address cannot be used otherwise. `port: 0` takes a free one. */
export async function listen(
  answer: RequestListener,
  { host, port, clock }: { readonly host: string; readonly port: number; readonly clock: Clock },
): Promise<Listener> {
  const server = createServer(answer);
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // The server counts them as busy with a request, which never came.
  const endSilent = (): void => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(toSluiceError(error, host, port)),
    );
    server.listen(port, host, resolve);
  });
  // Longer than clients keep an idle connection, so that it is the client who closes it: no request meets a closing one.
  server.keepAliveTimeout = 65_000;
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        const began = clock.monotonic();
        let timer: Timer | null = null;
        // A connection whose last answer goes out later than `close` is kept alive by the server: it is ended here.
        const sweep = (): void => {
          const waitedMs = clock.monotonic() - began;
          if (waitedMs < LAST_REQUEST_MS) server.closeIdleConnections();
          else server.closeAllConnections();
          if (waitedMs >= SILENT_MS) endSilent();
          timer = clock.timer(SWEEP_MS, sweep);
        };
        server.close(() => {
          timer?.cancel();
          resolve();
        });
        sweep();
      }),
  };
}

function toSluiceError(error: NodeJS.ErrnoException, host: string, port: number): SluiceError {
  const tried = `Cannot start the local chat on ${host}:${port}`;
  if (error.code === "EADDRINUSE") {
    return new SluiceError("port_in_use", `${tried}: another program has this port`, {
      advice: "end that program, or set another `port` for this network in the configuration",
      cause: error,
    });
  }
  return new SluiceError("adapter_refused", `${tried}: ${textOf(error)}`, {
    advice: "set a `host` and `port` for this network that this user may listen on",
    cause: error,
  });
}
