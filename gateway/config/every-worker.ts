import { z } from "zod";

const verdict = (fallback: "allow" | "ask", does: string) =>
  z.enum(["allow", "ask", "deny"]).default(fallback).describe(does);

const approve = z.strictObject({
  read: verdict("allow", "Read files and the like."),
  search: verdict("allow", "Search in files and the like."),
  think: verdict("allow", "Think, plan, take notes."),
  edit: verdict("ask", "Change files."),
  delete: verdict("ask", "Delete files and the like."),
  move: verdict("ask", "Move or rename files."),
  execute: verdict("ask", "Run commands."),
  fetch: verdict("ask", "Fetch from the network."),
  other: verdict("ask", "Anything else, and what the agent does not name."),
  always: z
    .boolean()
    .default(false)
    .describe(
      "People may allow the same thing for good, in one chat (/grants lists it, /revoke ends it); false = what was allowed so is asked again.",
    ),
});

/** What every agent has, whatever its kind. */
export const everyWorker = {
  approve: approve
    .prefault({})
    .describe("What the agent may do when it asks first: allow, ask (a person), deny."),
  usage: z
    .boolean()
    .default(false)
    .describe("Say at the end of an answer what it used, as far as the agent tells."),
  offered: z
    .boolean()
    .default(true)
    .describe(
      "People may choose it with /agent; false = only routes and the default lead to it, and operators.",
    ),
};
