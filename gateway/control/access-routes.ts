import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Operations } from "../operations.ts";
import { bodyFault } from "./fault.ts";

const by = z.string().min(1).max(200);
const standing = z.enum(["user", "operator"]).default("user");
const approveShape = z.strictObject({ code: z.string().min(1).max(100), standing, by });
const who = { network: z.string().min(1).max(200), user: z.string().min(1).max(200) };
const allowShape = z.strictObject({ ...who, standing, by });
const removeShape = z.strictObject({ ...who, by });

export function addAccessRoutes(app: Hono, operations: Operations): void {
  const { access } = operations;
  app.get("/v1/access", (context) => context.json(access.list()));
  app.post("/v1/access/approve", async (context) => {
    const given = approveShape.safeParse(await bodyOf(context));
    if (!given.success) return bodyFault(context, given.error);
    const { code, ...approval } = given.data;
    return context.json(await access.approve(code, approval));
  });
  app.post("/v1/access/allow", async (context) => {
    const given = allowShape.safeParse(await bodyOf(context));
    if (!given.success) return bodyFault(context, given.error);
    const { network, user, ...approval } = given.data;
    return context.json(await access.allow({ network, user }, approval));
  });
  for (const verb of ["revoke", "deny"] as const) {
    app.post(`/v1/access/${verb}`, async (context) => {
      const given = removeShape.safeParse(await bodyOf(context));
      if (!given.success) return bodyFault(context, given.error);
      const { network, user, by: who } = given.data;
      return context.json(await access[verb]({ network, user }, who));
    });
  }
}

/** Undefined when the body is not JSON: the shapes then say that something is missing. */
async function bodyOf(context: Context): Promise<unknown> {
  return context.req.json().catch(() => undefined);
}
