import { z } from "zod";

import type { PlanStep, Usage } from "../worker.ts";

const PLAN = z.object({
  entries: z.array(z.object({ content: z.string(), status: z.string().catch("pending") })),
});

export function toPlan(update: Record<string, unknown>): readonly PlanStep[] | null {
  const found = PLAN.safeParse(update).data;
  return (
    found?.entries.map(({ content, status }) => ({ text: content, state: stepState(status) })) ??
    null
  );
}

function stepState(status: string): PlanStep["state"] {
  if (status === "completed") return "done";
  return status === "in_progress" ? "running" : "pending";
}

const COST = z.object({ cost: z.object({ amount: z.number(), currency: z.literal("USD") }) });

/** What the agent's session has cost so far, US dollars; null = it does not say. */
export function toUsage(update: Record<string, unknown>): number | null {
  return COST.safeParse(update).data?.cost.amount ?? null;
}

const TOKENS = z.object({
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }),
});

/** Some agents tell with the end of a prompt what it took; the protocol does not ask them to. */
export function tokensIn(answer: unknown): Usage | null {
  const found = TOKENS.safeParse(answer).data?.usage;
  if (found === undefined) return null;
  return { inputTokens: found.inputTokens, outputTokens: found.outputTokens, cost: null };
}
