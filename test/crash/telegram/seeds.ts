import { parseArgs } from "node:util";

import { runBatch } from "./batch-run.ts";
import type { BatchResult } from "./batch-run.ts";
import { blackHole, outage, rival, runTrouble } from "./trouble-run.ts";

/**
 * Kills gateways among 100 messages in 20 Telegram chats, once with each seed: `npm run soak:telegram -- --seeds 50`.
 * `--stop` stops them instead, `--webhook` lets Telegram call; `--trouble` is something else: long outages, a second
 * poller and a poll that falls silent, in real time.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    first: { type: "string", default: "1" },
    atOnce: { type: "string", default: "2" },
    stop: { type: "boolean", default: false },
    webhook: { type: "boolean", default: false },
    trouble: { type: "boolean", default: false },
  },
});
const signal = values.stop ? "SIGTERM" : "SIGKILL";
const first = Number(values.first);
const isWebhook = values.webhook;
const left = Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
const results: BatchResult[] = [];

async function next(): Promise<void> {
  for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
    const result = await runBatch({ seed, signal, isWebhook });
    results.push(result);
    console.log(line(result));
    if (result.violations.length > 0) {
      console.error([...result.violations, result.log].join("\n"));
    }
  }
}

if (values.trouble) await troubles();
else await batches();

async function troubles(): Promise<void> {
  const all = [
    { name: "an outage of 60 s", trouble: outage(60_000) },
    { name: "a second poller for 20 s", trouble: rival(20_000) },
    { name: "a poll that falls silent", trouble: blackHole(45_000) },
  ].flatMap((one) => [
    { ...one, isKilled: false },
    { ...one, isKilled: true },
  ]);
  await Promise.all(
    all.map(async ({ name, trouble, isKilled }) => {
      const { violations, backMs, labelled } = await runTrouble(trouble, { isKilled });
      const also = isKilled ? " and a SIGKILL" : "";
      const found = `${violations.length} violations, ${labelled} labelled`;
      console.log(
        `${name}${also}: all answered ${(backMs / 1000).toFixed(1)} s after it, ${found}`,
      );
      if (violations.length > 0) {
        console.error(violations.join("\n"));
        process.exitCode = 1;
      }
    }),
  );
}

async function batches(): Promise<void> {
  await Promise.all(Array.from({ length: Number(values.atOnce) }, next));
  const sum = (of: (one: BatchResult) => number): number =>
    results.reduce((total, one) => total + of(one), 0);
  const bad = results.filter((one) => one.violations.length > 0);
  console.log(
    `${results.length} seeds, ${sum((one) => one.ends.length)} × ${signal}, ${sum((one) => one.questions)} messages, ${sum((one) => one.stored)} stored: ${sum((one) => one.whole)} answered, ${sum((one) => one.cut)} told of a cut, ${sum((one) => one.labelled)} labelled; ${bad.length} seeds with violations ${bad.map((one) => one.seed).join(" ")}`,
  );
  if (bad.length > 0) process.exitCode = 1;
}

function line(one: BatchResult): string {
  const { seed, ends, stored, whole, cut, labelled, violations, ms } = one;
  return `seed ${seed}: ${stored} stored, ${whole} answered, ${cut} cut, ${labelled} labelled, ${violations.length} violations, ${(ms / 1000).toFixed(1)} s (${ends.join("; ")})`;
}
