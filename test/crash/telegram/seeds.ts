import { parseArgs } from "node:util";

import { runBatch } from "./batch-run.ts";
import type { BatchResult } from "./batch-run.ts";

/** Kills gateways among 100 messages in 20 Telegram chats, once with each seed: `npm run soak:telegram -- --seeds 50`. */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    first: { type: "string", default: "1" },
    atOnce: { type: "string", default: "2" },
    stop: { type: "boolean", default: false },
  },
});
const signal = values.stop ? "SIGTERM" : "SIGKILL";
const first = Number(values.first);
const left = Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
const results: BatchResult[] = [];

async function next(): Promise<void> {
  for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
    const result = await runBatch({ seed, signal });
    results.push(result);
    console.log(line(result));
    if (result.violations.length > 0) {
      console.error([...result.violations, result.log].join("\n"));
    }
  }
}

await Promise.all(Array.from({ length: Number(values.atOnce) }, next));
const sum = (of: (one: BatchResult) => number): number =>
  results.reduce((total, one) => total + of(one), 0);
const bad = results.filter((one) => one.violations.length > 0);
console.log(
  `${results.length} seeds, ${sum((one) => one.ends.length)} × ${signal}, ${sum((one) => one.questions)} messages, ${sum((one) => one.stored)} stored: ${sum((one) => one.whole)} answered, ${sum((one) => one.cut)} told of a cut, ${sum((one) => one.labelled)} labelled; ${bad.length} seeds with violations ${bad.map((one) => one.seed).join(" ")}`,
);
if (bad.length > 0) process.exitCode = 1;

function line(one: BatchResult): string {
  const { seed, ends, stored, whole, cut, labelled, violations, ms } = one;
  return `seed ${seed}: ${stored} stored, ${whole} answered, ${cut} cut, ${labelled} labelled, ${violations.length} violations, ${(ms / 1000).toFixed(1)} s (${ends.join("; ")})`;
}
