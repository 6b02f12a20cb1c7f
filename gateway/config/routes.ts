import { z } from "zod";

import { words } from "./amounts.ts";

const idOf = (what: string) => z.string().min(1, { error: `the id of ${what}, in quotes` });

const route = z.strictObject({
  network: words("Name of a network.").nullable().default(null),
  chat: idOf("a chat").nullable().default(null).describe("Id of a chat."),
  user: idOf("a person").nullable().default(null).describe("Id of the person who writes."),
  worker: words("Name of the worker that answers."),
});

export const routes = z
  .array(route)
  .default([])
  .describe("Which worker answers whom: the first that fits; else the default worker.");
