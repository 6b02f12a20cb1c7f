import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Operations } from "../operations.ts";
import { bodyFault } from "./fault.ts";
import { eventsShape, feedShape } from "./request-shapes.ts";

/** Server-sent events; `Last-Event-ID` outranks `?after`, because a reconnecting reader repeats its first URL. */
export function addFeedRoute(app: Hono, operations: Operations, closing: AbortSignal): void {
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
      for await (const event of operations.feed(after, key, signal)) {
        await stream.writeSSE({ id: String(event.seq), data: JSON.stringify(event) });
        if (signal.aborted) return;
      }
    });
  });
}
