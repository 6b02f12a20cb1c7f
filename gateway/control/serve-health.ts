import { Hono } from "hono";
import type { GatewayPhase, Operations } from "../operations.ts";
import { closeServer, listenAt, toServer } from "./listener.ts";

export interface HealthOptions {
  readonly operations: Pick<Operations, "metrics">;
  /** Asked at each probe; cheap and synchronous. */
  readonly health: () => Health;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** A listening socket that was opened for us, in place of host and port. */
  readonly descriptor?: number | null;
}

export interface Health {
  readonly phase: GatewayPhase;
  /** Why the channels are held back, or null. */
  readonly held: string | null;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Probes and metrics, for anything that can reach the address; it changes nothing. */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const server = toServer(createHealthApp(options));
  const port = await listenAt(
    server,
    options,
    "end the program that uses it, or set http.port to another one (null turns it off)",
  );
  let closed: Promise<void> | null = null;
  return {
    port,
    close() {
      closed ??= closeServer(server);
      return closed;
    },
  };
}

function createHealthApp(options: Pick<HealthOptions, "operations" | "health">): Hono {
  const app = new Hono();
  app.get("/livez", (context) => context.json({ live: true }));
  app.get("/startupz", (context) => {
    const { phase } = options.health();
    const started = phase !== "starting";
    return context.json({ started, phase }, started ? 200 : 503);
  });
  app.get("/readyz", (context) => {
    const { phase, held } = options.health();
    const ready = phase === "running" && held === null;
    return context.json({ ready, phase, held }, ready ? 200 : 503);
  });
  app.get("/metrics", async (context) =>
    context.body(await options.operations.metrics(), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
    }),
  );
  return app;
}
