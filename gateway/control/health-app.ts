import { Hono } from "hono";
import type { HttpBindings } from "@hono/node-server";
import type { GatewayPhase, Operations } from "../operations.ts";

export interface HealthOptions {
  readonly operations: Pick<Operations, "metrics">;
  /** These two are asked at each probe; they must be cheap. */
  readonly health: () => Health;
  /** Ms for which the oldest message has waited for its turn; null = none waits. */
  readonly oldestQueuedMs: () => Promise<number | null>;
}

export interface Health {
  readonly phase: GatewayPhase;
  /** Why the channels are held back, or null. */
  readonly held: string | null;
}

/** A request as Node had it is at hand. */
export type HttpEnv = { Bindings: HttpBindings };

/** A turn may last that long, but not without anybody looking. */
const LATE_MS = 15 * 60_000;

/** Probes and metrics, for anything that can reach the address; it changes nothing. */
export function createHealthApp(options: HealthOptions): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
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
