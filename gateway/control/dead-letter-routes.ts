import type { Hono } from "hono";
import type { Operations } from "../operations.ts";
import { bodyFault } from "./fault.ts";
import { deadLettersShape, outboxShape } from "./request-shapes.ts";

/** What is on its way to people, and what was given up. */
export function addDeadLetterRoutes(app: Hono, operations: Operations): void {
  app.get("/v1/outbox", async (context) => {
    const query = outboxShape.safeParse(context.req.query());
    if (!query.success) return bodyFault(context, query.error);
    return context.json({ items: await operations.outbox(query.data.limit) });
  });
  app.get("/v1/deadletters", async (context) => {
    const query = deadLettersShape.safeParse(context.req.query());
    if (!query.success) return bodyFault(context, query.error);
    return context.json({ items: await operations.deadLetters(query.data.limit) });
  });
  app.post("/v1/deadletters/:id/retry", async (context) => {
    const id = context.req.param("id");
    return context.json({ id, done: await operations.retry(id) });
  });
  app.post("/v1/deadletters/:id/drop", async (context) => {
    const id = context.req.param("id");
    return context.json({ id, done: await operations.drop(id) });
  });
}
