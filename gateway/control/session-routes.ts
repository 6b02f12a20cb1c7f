import type { Context, Hono } from "hono";
import type { SessionKey } from "../../sessions/ids.ts";
import type { Operations } from "../operations.ts";
import { bodyFault, missingFault, usageFault } from "./fault.ts";
import { sessionShape, sessionsShape, toSessionKey } from "./request-shapes.ts";

export function addSessionRoutes(app: Hono, operations: Operations): void {
  app.get("/v1/sessions", async (context) => {
    const query = sessionsShape.safeParse(context.req.query());
    if (!query.success) return bodyFault(context, query.error);
    return context.json(await operations.sessions(query.data));
  });
  app.get("/v1/sessions/:key", async (context) => {
    const key = keyOf(context);
    if (key === null) return notAKey(context);
    const query = sessionShape.safeParse(context.req.query());
    if (!query.success) return bodyFault(context, query.error);
    const session = await operations.session(key, query.data.entries);
    return session === null ? noSession(context) : context.json(session);
  });
  app.get("/v1/sessions/:key/summary", async (context) => {
    const key = keyOf(context);
    if (key === null) return notAKey(context);
    const summary = await operations.summary(key);
    return summary === null ? noSession(context) : context.json(summary);
  });
  app.get("/v1/sessions/:key/export", async (context) => {
    const key = keyOf(context);
    if (key === null) return notAKey(context);
    const found = await operations.exportSession(key);
    return found === null ? noSession(context) : context.json(found);
  });
  /** `done: false` = there was nothing to do. */
  const act = (verb: string, action: (key: SessionKey) => Promise<boolean>): void => {
    app.post(`/v1/sessions/:key/${verb}`, async (context) => {
      const key = keyOf(context);
      if (key === null) return notAKey(context);
      return context.json({ key, done: await action(key) });
    });
  };
  act("release", (key) => operations.release(key));
  act("resume", (key) => operations.resume(key));
  act("forget", (key) => operations.forget(key));
  act("stop", (key) => operations.stopTurn(key));
}

function keyOf(context: Context): SessionKey | null {
  return toSessionKey(context.req.param("key") ?? "");
}

function notAKey(context: Context): Response {
  return usageFault(
    context,
    `"${context.req.param("key") ?? ""}" is not a session key`,
    "write it as network:account:chat, as `sluice sessions list` shows it",
  );
}

function noSession(context: Context): Response {
  return missingFault(
    context,
    `no session ${context.req.param("key") ?? ""}`,
    "`sluice sessions list` shows those that exist",
  );
}
