import { parseArgs } from "node:util";

import { ABSENCES, runAbsence } from "./absence-run.ts";
import type { AbsenceResult } from "./absence-run.ts";
import { runReconnects } from "./reconnect-run.ts";

/**
 * Takes Discord gateways away among 20 messages, in each way once with each seed, and forces one gateway to
 * reconnect 1,000 times: `npm run soak:discord -- --seeds 50 --reconnects 1000`.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    first: { type: "string", default: "1" },
    atOnce: { type: "string", default: "4" },
    reconnects: { type: "string", default: "1000" },
  },
});
const first = Number(values.first);
const left = Array.from({ length: Number(values.seeds) }, (_, index) =>
  ABSENCES.map((absence) => ({ seed: first + index, absence })),
).flat();
const results: AbsenceResult[] = [];

async function next(): Promise<void> {
  for (let one = left.shift(); one !== undefined; one = left.shift()) {
    const result = await runAbsence(one);
    results.push(result);
    const { seed, absence, moment, stored, late, whole, cut, labelled, violations, ms } = result;
    console.log(
      `${absence} ${seed} (at ${moment}): ${stored} stored (${late} looked up), ${whole} answered, ${cut} cut, ${labelled} labelled, ${violations.length} violations, ${(ms / 1000).toFixed(1)} s`,
    );
    if (violations.length > 0) console.error([...violations, result.log].join("\n"));
  }
}

await Promise.all(Array.from({ length: Number(values.atOnce) }, next));
for (const absence of ABSENCES) {
  const found = results.filter((one) => one.absence === absence);
  const sum = (of: (one: AbsenceResult) => number): number =>
    found.reduce((total, one) => total + of(one), 0);
  const bad = found.filter((one) => one.violations.length > 0);
  console.log(
    `${absence}: ${found.length} seeds, ${sum((one) => one.stored)} stored (${sum((one) => one.late)} looked up), ${sum((one) => one.whole)} answered, ${sum((one) => one.cut)} told of a cut, ${sum((one) => one.labelled)} labelled; ${bad.length} seeds with violations ${bad.map((one) => one.seed).join(" ")}`,
  );
  if (bad.length > 0) process.exitCode = 1;
}

const count = Number(values.reconnects);
if (count > 0) {
  const { violations, identifies, resumes, stored, ms } = await runReconnects({
    count,
    seed: first,
  });
  console.log(
    `${count} reconnects: ${resumes} RESUMEs, ${identifies} IDENTIFYs, ${stored} messages stored, ${violations.length} violations, ${(ms / 1000).toFixed(1)} s`,
  );
  if (violations.length > 0) {
    console.error(violations.join("\n"));
    process.exitCode = 1;
  }
}
