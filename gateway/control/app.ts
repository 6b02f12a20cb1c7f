import { Hono, type Context } from "hono";
import type { Clock } from "../../sessions/clock.ts";
import { requestIdShape } from "../../sessions/stored/id-shape.ts";
import type { Operations } from "../operations.ts";
import { addAccessRoutes } from "./access-routes.ts";
import { bodyFault, missingFault, thrownFault, usageFault } from "./fault.ts";
import { addDeadLetterRoutes } from "./dead-letter-routes.ts";
import { addFeedRoute } from "./feed-route.ts";
import { addGrantRoutes } from "./grant-routes.ts";
import type { ControlLog } from "./log.ts";
import { answerShape, drainShape, messageIdShape } from "./request-shapes.ts";
import { addSessionRoutes } from "./session-routes.ts";
import { addTimelineRoute } from "./timeline-route.ts";

export interface ControlAppOptions {
  readonly log: ControlLog;
  /** Aborted when the socket closes: ends the feeds. */
  readonly signal: AbortSignal;
  /** By which feeds say every 15 s that they are there; without it they say nothing of themselves. */
  readonly clock?: Clock;
}

/** The operations over HTTP. Whoever may connect may do everything: guard the socket. */
export function createControlApp(operations: Operations, options: ControlAppOptions): Hono {
  const app = new Hono();
  app.onError((thrown, context) => {
    const { response, isOurs } = thrownFault(context, thrown);
    if (isOurs)
      options.log.error({ path: context.req.path, err: thrown }, "control request failed");
    return response;
  });
  app.notFound((context) =>
    missingFault(
      context,
      `no operation ${context.req.method} ${context.req.path}`,
      "use a sluice of the same version as the gateway",
    ),
  );

  app.get("/v1/status", async (context) => context.json(await operations.status()));
  app.get("/v1/plan", async (context) => context.json(await operations.plan()));
  app.get("/v1/drain", (context) => context.json({ drain: operations.drainReport() }));
  app.post("/v1/drain", async (context) => {
    const request = drainShape.safeParse(await bodyOf(context));
    if (!request.success) return bodyFault(context, request.error);
    return context.json({ drain: await operations.drain(request.data) });
  });
  app.post("/v1/undrain", async (context) => {
    const drain = operations.drainReport();
    const isDraining = drain !== null && drain.phase !== "cancelled";
    if (!isDraining && (await operations.status()).held === null) {
      return usageFault(context, "no drain is under way", "nothing to cancel");
    }
    return context.json({ drain: await operations.undrain() });
  });
  app.post("/v1/reload", async (context) => context.json(await operations.reload()));
  app.get("/v1/requests", async (context) => context.json({ items: await operations.requests() }));
  app.get("/v1/requests/:id", async (context) => {
    const id = requestIdShape.safeParse(context.req.param("id"));
    const request = id.success ? await operations.request(id.data) : null;
    if (request === null) {
      return missingFault(
        context,
        `no request ${context.req.param("id")} is stored here`,
        "`sluice requests` shows those that are open",
      );
    }
    return context.json(request);
  });
  app.post("/v1/requests/:id/answer", async (context) => {
    const answer = answerShape.safeParse(await bodyOf(context));
    if (!answer.success) return bodyFault(context, answer.error);
    const { decision, by } = answer.data;
    return context.json(await operations.answer(context.req.param("id"), decision, by));
  });
  app.get("/v1/messages/:id/fate", async (context) => {
    const id = messageIdShape.safeParse(context.req.param("id"));
    const fate = id.success ? await operations.fate(id.data) : null;
    if (fate === null) {
      return missingFault(
        context,
        `no message ${context.req.param("id")} is stored here`,
        "use an id that begins with msg_, as `sluice sessions show` shows it",
      );
    }
    return context.json(fate);
  });
  addSessionRoutes(app, operations);
  addDeadLetterRoutes(app, operations);
  addAccessRoutes(app, operations);
  addGrantRoutes(app, operations);
  addFeedRoute(app, operations, options);
  addTimelineRoute(app, operations);
  return app;
}

/** Undefined when the body is not JSON: the shapes then say that something is missing. */
async function bodyOf(context: Context): Promise<unknown> {
  return context.req.json().catch(() => undefined);
}
