import { closeServer, listenAt, toServer } from "../control/listener.ts";
import type { Place } from "../control/listener.ts";
import { createHealthApp } from "../control/health-app.ts";
import type { HealthOptions } from "../control/health-app.ts";
import { addConsole } from "./console-app.ts";
import type { ConsoleOptions } from "./console-app.ts";

export interface HttpOptions extends HealthOptions, Place {
  /** Null: probes and metrics alone. */
  readonly console: ConsoleOptions | null;
}

export interface HttpServer {
  readonly port: number;
  /** Ends the streams of the console and the listener. Idempotent. */
  close(): Promise<void>;
}

/** Probes and metrics for anything that can reach the address, and the console for who has its token. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const closing = new AbortController();
  const app = createHealthApp(options);
  if (options.console !== null) addConsole(app, options.console, closing.signal);
  const server = toServer(app);
  const port = await listenAt(
    server,
    options,
    "end the program that uses it, or set http.port to another one (null turns it off)",
  );
  let closed: Promise<void> | null = null;
  return {
    port,
    close() {
      closing.abort();
      closed ??= closeServer(server);
      return closed;
    },
  };
}
