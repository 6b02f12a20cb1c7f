import type { SpanContext } from "@opentelemetry/api";
import { z } from "zod";

import { textOf } from "../../sessions/errors.ts";
import type { TurnId } from "../../sessions/ids.ts";
import type { Core } from "../core.ts";

/** Which span a turn had, for what comes after it: in this process, or in another boot. */
export interface KeptContexts {
  /** As this process knows it. */
  known(turn: TurnId): SpanContext | null;
  remember(turn: TurnId, context: SpanContext): void;
  /** For the boots to come, too. */
  keep(turn: TurnId, context: SpanContext): void;
  /** Never rejects. */
  find(turn: TurnId): Promise<SpanContext | null>;
  /** Resolves when what was to be kept is stored. */
  settled(): Promise<void>;
}

const REMEMBERED = 1000;
const shape = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  traceFlags: z.int(),
});

export function createKeptContexts({
  engine,
  log,
  settings,
}: Pick<Core, "engine" | "log" | "settings">): KeptContexts {
  const contexts = new Map<TurnId, SpanContext>();
  const writes = new Set<Promise<unknown>>();

  function remember(turn: TurnId, context: SpanContext): void {
    contexts.delete(turn);
    contexts.set(turn, context);
    for (const [oldest] of contexts) {
      if (contexts.size <= REMEMBERED) break;
      contexts.delete(oldest);
    }
  }

  return {
    known: (turn) => contexts.get(turn) ?? null,
    remember,
    keep(turn, context) {
      remember(turn, context);
      const { traceId, spanId, traceFlags } = context;
      const value = { traceId, spanId, traceFlags };
      const ttlMs = settings.retention.turnsMs;
      const write = engine
        .commit({ keyed: [{ space: "trace", key: turn, value, ttlMs }] })
        .catch((error: unknown) => {
          log.warn({ turn, error: textOf(error) }, "span of a turn not kept");
        })
        .finally(() => writes.delete(write));
      writes.add(write);
    },
    async find(turn) {
      const known = contexts.get(turn);
      if (known !== undefined) return known;
      const found = await engine.keyed("trace", turn).catch(() => null);
      return shape.safeParse(found).data ?? null;
    },
    async settled() {
      await Promise.allSettled(writes);
    },
  };
}
