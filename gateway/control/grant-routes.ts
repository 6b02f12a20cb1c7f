import type { Hono } from "hono";
import type { Operations } from "../operations.ts";

export function addGrantRoutes(app: Hono, operations: Operations): void {
  app.get("/v1/grants", async (context) => context.json({ items: await operations.grants() }));
  app.post("/v1/grants/:id/revoke", async (context) => {
    const id = context.req.param("id");
    return context.json({ id, done: await operations.revoke(id) });
  });
}
