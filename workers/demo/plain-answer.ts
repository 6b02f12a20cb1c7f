import type { RestartNote } from "../worker.ts";
import type { Brief } from "./order.ts";

/**
 * Repeats what was said; its head shows what came with it, so that a person sees what a worker is given.
 * `files`: a line for each attachment.
 */
export function plainAnswer(brief: Brief, files: readonly string[]): string {
  const head = brief.note === null ? [] : [CUT[brief.note.cause]];
  head.push(`I was given ${count(brief.entries, "earlier entry", "earlier entries")}.`);
  if (files.length > 0) {
    head.push(`With it came ${count(files.length, "attachment", "attachments")}.`);
  }
  const texts = brief.texts.filter((text) => text.trim() !== "");
  head.push(texts.length === 0 ? "You said nothing." : `You said: ${texts.join(" / ")}`);
  return [head.join(" "), ...files.map((line) => `- ${line}`)].join("\n");
}

const CUT: Record<RestartNote["cause"], string> = {
  restart: "I was cut short by a restart and go on from there.",
  shutdown: "I was cut short by a shutdown and go on from there.",
  crash: "I was cut short by a crash and go on from there.",
  worker_lost: "I was cut short when my process was lost (worker_lost) and go on from there.",
  stalled: "I was cut short because I had stalled and go on from there.",
};

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}
