import { parseArgs } from "node:util";

import { soak } from "./soak-run.ts";
import type { SoakResult } from "./soak-run.ts";

/** Kills gateways at random until so many were survived: `npm run soak -- --kills 10000 --seed 1`. */
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    idempotent: { type: "boolean", default: false },
  },
});
const began = Date.now();
const seed = Number(values.seed);

const result = await soak({
  seed,
  kills: Number(values.kills),
  isIdempotent: values.idempotent,
  onProgress: (so) => console.log(line(so)),
});
console.log(`seed ${seed}: ${line(result)}`);
if (result.violations.length > 0) {
  console.error(result.story);
  process.exitCode = 1;
}

function line({ kills, drains, messages, lost, doubled, labelled, notes }: SoakResult): string {
  const seconds = Math.round((Date.now() - began) / 1000);
  return `${kills} kills, ${drains} drains, ${messages} messages: ${lost} lost, ${doubled} doubled, ${labelled} labelled, ${notes} notes (${seconds} s)`;
}
