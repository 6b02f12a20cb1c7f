import { isAbsolute } from "node:path";
import { z } from "zod";

import { count, MINUTE, SECOND, span, words } from "./amounts.ts";

const timeouts = z.strictObject({
  initializeMs: span(20 * SECOND, "For its greeting.", 1),
  sessionMs: span(60 * SECOND, "For beginning, resuming or loading a session.", 1),
  cancelMs: span(5 * SECOND, "To end a turn that was stopped; then it is killed."),
  stopMs: span(3 * SECOND, "To leave when it is no longer needed; then it is killed."),
  quietMs: span(300, "Silence after a load, from which on what it says counts as new."),
});

/** Names that end so hold what must not stand in a file. */
const SECRET = /(^|_)(key|token|secret|password|passwd|credentials?)$/i;

export const acpWorker = z.strictObject({
  kind: z.literal("acp").describe("Any agent that speaks the Agent Client Protocol."),
  command: z
    .array(z.string().min(1))
    .min(1, { error: "the agent's program, and what it is given on its command line" })
    .refine(([program = ""]) => !program.includes("/") || isAbsolute(expanded(program)), {
      error: "first a program: a name on the PATH, or a path that begins with / or ~/",
    })
    .describe("The agent's program and what it is given on its command line, as a list."),
  workspace: words(
    "Folder that the agent works in, for all conversations, relative to the state directory; null = one for each chat.",
  )
    .nullable()
    .default(null),
  passEnvironment: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Names of environment variables that it gets besides the usual few: its key, for example.",
    ),
  environment: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/, { error: "the name of an environment variable" }),
      z.string(),
    )
    .refine((all) => !Object.keys(all).some((name) => SECRET.test(name)), {
      error: "no secrets: name them under passEnvironment",
    })
    .default({})
    .describe("Environment variables that it gets with these values. Never a secret."),
  maxProcesses: count(
    4,
    "Processes at once, one for each conversation; who comes when all are taken gets the place of an idle one, or waits.",
    { least: 1, most: 64 },
  ),
  idleMs: span(20 * MINUTE, "After a turn its process waits so long for the next one.", 1),
  offers: z
    .strictObject({
      files: z
        .boolean()
        .default(true)
        .describe("The agent may have us read and write files in its workspace."),
      terminals: z
        .boolean()
        .default(false)
        .describe("The agent may have us run commands in its workspace."),
    })
    .prefault({})
    .describe("What we do for the agent when it asks."),
  timeouts: timeouts.prefault({}).describe("How long the agent may take."),
});

/** As far as it can be told here. */
function expanded(program: string): string {
  return program.startsWith("~/") ? program.slice(1) : program;
}
