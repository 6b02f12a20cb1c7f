import type { Hono } from "hono";
import { z } from "zod";
import type { Operations } from "../operations.ts";
import { bodyFault, usageFault } from "./fault.ts";

const time = z.coerce.number().int().min(0).nullable().default(null);

const timelineShape = z.strictObject({
  from: time,
  until: time,
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function addTimelineRoute(app: Hono, operations: Pick<Operations, "timeline">): void {
  app.get("/v1/timeline", async (context) => {
    const query = timelineShape.safeParse(context.req.query());
    if (!query.success) return bodyFault(context, query.error);
    const { from, until } = query.data;
    if (from !== null && until !== null && from >= until) {
      return usageFault(
        context,
        `the span ends (${until}) before it begins (${from})`,
        "swap them",
      );
    }
    return context.json(await operations.timeline(query.data));
  });
}
