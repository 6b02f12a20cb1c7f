import type { Usage } from "../../workers/worker.ts";
import type { Catalogue } from "../notices/catalogue.ts";

/** What a turn used, for under its answer; empty when the agent told nothing. */
export function usageLine(texts: Catalogue, usage: Usage): string {
  const { inputTokens, outputTokens, cost } = usage;
  return [
    inputTokens === null ? "" : texts.say("usage_in", { count: grouped(inputTokens) }),
    outputTokens === null ? "" : texts.say("usage_out", { count: grouped(outputTokens) }),
    cost === null ? "" : texts.say("usage_cost", { cost: dollars(cost) }),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** Small sums would all be $0.00. */
function dollars(cost: number): string {
  return cost > 0 && cost < 0.01 ? cost.toFixed(4) : cost.toFixed(2);
}
