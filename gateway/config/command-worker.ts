import { isAbsolute } from "node:path";
import { z } from "zod";

import { count, MINUTE, span, words } from "./amounts.ts";

export const commandWorker = z.strictObject({
  kind: z.literal("command").describe("Any program."),
  command: words("The program: a name on the PATH, or a path from / or ~/.").refine(
    (text) => !text.includes("/") || isAbsolute(text) || text.startsWith("~/"),
    { error: "a name on the PATH, or a path that begins with / or ~/" },
  ),
  args: z.array(z.string()).default([]).describe("What it is given on its command line."),
  mode: z
    .enum(["oneshot", "session"])
    .default("oneshot")
    .describe(
      "oneshot: it runs for each message, which it reads from its input; what it prints is the answer. " +
        "session: it stays, and speaks JSON lines (docs/agents.md).",
    ),
  workspace: words(
    "Folder that the program works in, for all conversations, relative to the state directory; null = one for each chat.",
  )
    .nullable()
    .default(null),
  history: count(
    0,
    "Earlier entries of the conversation that a oneshot program reads before the message.",
    { least: 0, most: 1_000 },
  ),
  maxProcesses: count(4, "Processes at once; further turns wait, and idle ones make room.", {
    least: 1,
    most: 64,
  }),
  timeoutMs: span(30 * MINUTE, "Longest time of a turn; 0 = as the gateway limits it."),
  maxOutputChars: count(1_000_000, "Longest answer, in characters; beyond it the turn fails.", {
    least: 1_000,
    most: 100_000_000,
  }),
  passEnvironment: z
    .array(z.string().min(1))
    .default([])
    .describe("Names of environment variables that it gets besides the usual few."),
});
