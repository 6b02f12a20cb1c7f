import { z } from "zod";

import type { WorkerEvent } from "../worker.ts";

/** What the demo agent's process tells the gateway, one JSON line each. */
export type Report =
  | { readonly type: "ready" }
  | { readonly type: "event"; readonly run: number; readonly event: WorkerEvent }
  | {
      readonly type: "steered";
      readonly run: number;
      readonly steer: number;
      readonly taken: boolean;
    };

/** Null for anything else: libraries print to stdout, too. */
export function parseReport(line: string): Report | null {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return null;
  }
  return REPORT.safeParse(found).data ?? null;
}

const EVENT = z.discriminatedUnion("type", [
  z.object({ type: z.literal("accepted") }),
  z.object({ type: z.literal("delta"), text: z.string() }),
  z.object({
    type: z.literal("tool_started"),
    call: z.string(),
    name: z.string(),
    input: z.string(),
  }),
  z.object({
    type: z.literal("tool_ended"),
    call: z.string(),
    state: z.enum(["done", "failed"]),
    result: z.string(),
  }),
  z.object({
    type: z.literal("ask"),
    id: z.string(),
    title: z.string(),
    detail: z.string(),
    fingerprint: z.string(),
  }),
  z.object({ type: z.literal("file"), path: z.string(), name: z.string(), mime: z.string() }),
  z.object({ type: z.literal("completed"), reason: z.string() }),
  z.object({ type: z.literal("failed"), error: z.string(), canRetry: z.boolean() }),
  z.object({ type: z.literal("cancelled") }),
]);

const REPORT = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("event"), run: z.number(), event: EVENT }),
  z.object({ type: z.literal("steered"), run: z.number(), steer: z.number(), taken: z.boolean() }),
]);
