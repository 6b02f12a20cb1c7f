import { z } from "zod";

import { acpWorker } from "./acp-worker.ts";
import { commandWorker } from "./command-worker.ts";
import { modelWorker } from "./model-worker.ts";
import { count, name, span, words } from "./amounts.ts";
import { everyWorker } from "./every-worker.ts";

const demoWorker = z.strictObject({
  kind: z.literal("demo").describe("An agent that works offline and does what its script says."),
  workspace: words(
    "Folder that the agent works in, for all conversations, relative to the state directory; null = one for each chat.",
  )
    .nullable()
    .default(null),
  maxProcesses: count(4, "Processes it may start; conversations share them.", {
    least: 1,
    most: 64,
  }),
  wordMs: span(40, "Pause between two words of an answer; 0 = the whole answer at once."),
  passEnvironment: z
    .array(z.string().min(1))
    .default([])
    .describe("Names of environment variables that its processes get besides the usual few."),
  ...everyWorker,
});

export const workers = z
  .record(
    name,
    z.discriminatedUnion("kind", [
      demoWorker,
      modelWorker.extend(everyWorker),
      commandWorker.extend(everyWorker),
      acpWorker.extend(everyWorker),
    ]),
  )
  .default(() => ({ demo: demoWorker.parse({ kind: "demo" }) }))
  .describe("Agents, by name.");
