import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { StreamingApi } from "hono/utils/stream";
import { sleep } from "../../sessions/clock.ts";
import type { Clock } from "../../sessions/clock.ts";
import type { Operations } from "../operations.ts";
import type { ControlAppOptions } from "./app.ts";
import { bodyFault } from "./fault.ts";
import { eventsShape, feedShape } from "./request-shapes.ts";

const BEAT_MS = 15_000;

/** Server-sent events; `Last-Event-ID` outranks `?after`, because a reconnecting reader repeats its first URL. */
export function addFeedRoute(
  app: Hono,
  operations: Operations,
  { signal: closing, clock }: Pick<ControlAppOptions, "signal" | "clock">,
): void {
  app.get("/v1/events", async (context) => {
    const query = eventsShape.safeParse(context.req.query());
    if (!query.success) return bodyFault(context, query.error);
    return context.json({ items: await operations.events(query.data) });
  });
  app.get("/v1/feed", (context) => {
    const lastId = context.req.header("Last-Event-ID");
    const query = feedShape.safeParse({
      ...context.req.query(),
      ...(lastId === undefined ? {} : { after: lastId }),
    });
    if (!query.success) return bodyFault(context, query.error);
    const { after, key } = query.data;
    // A stream that nobody reads would never end.
    if (context.req.method === "HEAD") {
      return context.body(null, 200, { "Content-Type": "text/event-stream" });
    }
    return streamSSE(context, async (stream) => {
      const left = new AbortController();
      stream.onAbort(() => left.abort());
      const signal = AbortSignal.any([left.signal, closing]);
      // A comment first: the reader learns at once that it is connected, also when nothing happens.
      await stream.write(": connected\n\n");
      if (clock !== undefined) void beat(stream, clock, signal);
      try {
        for await (const event of operations.feed(after, key, signal)) {
          await stream.writeSSE({ id: String(event.seq), data: JSON.stringify(event) });
          if (signal.aborted) return;
        }
      } finally {
        left.abort();
      }
    });
  });
}

/** Of a reader that has gone without a word, nothing is learnt but by writing to it; and proxies end what is silent. */
async function beat(stream: StreamingApi, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(clock, BEAT_MS, signal);
    if (signal.aborted) return;
    await stream.write(": still here\n\n");
  }
}
