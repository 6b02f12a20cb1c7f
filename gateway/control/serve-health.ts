import { Hono } from "hono";
import type { GatewayPhase, Operations } from "../operations.ts";
import { closeServer, listenAt, toServer } from "./listener.ts";

export interface HealthOptions {
  readonly operations: Pick<Operations, "metrics">;
  /** These two are asked at each probe; they must be cheap. */
  readonly health: () => Health;
  /** Ms for which the oldest message has waited for its turn; null = none waits. */
  readonly oldestQueuedMs: () => Promise<number | null>;
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

/** A turn may last that long, but not without anybody looking. */
const LATE_MS = 15 * 60_000;

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

/** It still serves: what is late does not become earlier by sending people elsewhere. */
async function degradedBy({
  oldestQueuedMs,
}: Pick<HealthOptions, "oldestQueuedMs">): Promise<string | null> {
  try {
    const waitedMs = (await oldestQueuedMs()) ?? 0;
    return waitedMs > LATE_MS
      ? `the oldest message has waited for ${Math.round(waitedMs / 60_000)} min`
      : null;
  } catch {
    return "the store cannot be read";
  }
}

function createHealthApp(options: Omit<HealthOptions, "host" | "port">): Hono {
  const app = new Hono();
  app.get("/livez", (context) => context.json({ live: true }));
  app.get("/startupz", (context) => {
    const { phase } = options.health();
    const started = phase !== "starting";
    return context.json({ started, phase }, started ? 200 : 503);
  });
  app.get("/readyz", async (context) => {
    const { phase, held } = options.health();
    const ready = phase === "running" && held === null;
    return context.json(
      { ready, phase, held, degraded: await degradedBy(options) },
      ready ? 200 : 503,
    );
  });
  app.get("/metrics", async (context) =>
    context.body(await options.operations.metrics(), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
    }),
  );
  return app;
}
