import { appendFileSync, existsSync, readFileSync } from "node:fs";

/**
 * Stands where the gateway's program would: the nth start does the nth step of `steps.json` in the
 * working directory, the last step for ever, and `lives.txt` tells what happened.
 */
type Step =
  | { readonly exit: number; readonly afterMs: number }
  /** Ends with 0 at the nth SIGTERM. */
  | { readonly terms: number };

const steps = JSON.parse(readFileSync("steps.json", "utf8")) as Step[];
const lives = existsSync("lives.txt") ? readFileSync("lives.txt", "utf8").split("\n") : [];
const nth = lives.filter((line) => line.startsWith("start")).length;
const step = steps[Math.min(nth, steps.length - 1)];
const tell = (line: string): void => appendFileSync("lives.txt", `${line}\n`);

process.on("disconnect", () => {
  tell("orphaned");
  process.exit(0);
});
let terms = 0;
process.on("SIGTERM", () => {
  terms += 1;
  tell(`term ${terms}`);
  if (step !== undefined && "terms" in step && terms >= step.terms) process.exit(0);
});
tell(`start ${process.pid} ${process.argv.slice(2).join(" ")}`);
if (step !== undefined && "exit" in step) setTimeout(() => process.exit(step.exit), step.afterMs);
else setInterval(() => {}, 1000);
