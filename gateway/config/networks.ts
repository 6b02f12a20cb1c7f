import { z } from "zod";

import { name, port, span, words } from "./amounts.ts";
import { secretReference } from "./secret.ts";

/** What every chat network has, whatever its adapter. */
const common = {
  notices: z
    .boolean()
    .default(true)
    .describe("Tell people in this network about restarts and what became of their messages."),
  resume: z
    .enum(["on_message", "auto", "ask"])
    .default("on_message")
    .describe(
      "How a conversation that was cut goes on: with the next message, by itself, or after a button.",
    ),
  mode: z
    .enum(["queue", "steer", "interrupt", "collect"])
    .default("queue")
    .describe(
      "What a message does while a turn runs: wait, join the turn, replace it, or wait and go with the others as one.",
    ),
  burstMs: span(
    0,
    "Messages of one person within this time are one turn; null = as the network suggests.",
  )
    .nullable()
    .default(null),
  perUserInGroups: z
    .boolean()
    .default(true)
    .describe("In a group, each person has a session of their own."),
  ambiguousSends: z
    .enum(["label", "hold", "drop"])
    .default("label")
    .describe(
      "A reply that may or may not have arrived: send again and say so, keep for an operator, or give up.",
    ),
};

const people = (does: string) =>
  z.array(z.string().min(1, { error: "the id of a person, in quotes" })).describe(does);

const localNetwork = z.strictObject({
  adapter: z
    .literal("local")
    .describe("The chat of this machine: the terminal, and programs over HTTP."),
  host: words("Address on which the local chat listens.").default("127.0.0.1"),
  port: port("Port on which the local chat listens.").default(8787),
  token: secretReference
    .optional()
    .describe("Opens the local chat; without it one is made once and kept in the state directory."),
  allow: people(`Ids of the people who may talk to it; "*" is everybody.`).default(["*"]),
  operators: people("Ids of the people who may restart it from a chat.").default(["you"]),
  ...common,
});

export const networks = z
  .record(name, z.discriminatedUnion("adapter", [localNetwork]))
  .default(() => ({ local: localNetwork.parse({ adapter: "local" }) }))
  .describe("Chat networks, by the name that session keys begin with.");
