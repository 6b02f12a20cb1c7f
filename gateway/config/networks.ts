import { z } from "zod";

import { bots, HAS_BOTS, hasBots } from "./accounts.ts";
import { age, count, DAY, name, port, span, words } from "./amounts.ts";
import { placeRule } from "./place-rule.ts";
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
  commands: z
    .record(z.string(), z.enum(["everyone", "operators", "off"]))
    .default({})
    .describe(
      "Who may use a command of the chats, by its name: everyone, operators, or nobody (off). What is left out is as /help shows it.",
    ),
  edits: z
    .enum(["ignore", "rerun"])
    .default("ignore")
    .describe(
      "A message that is changed after its turn began: nothing, or the new words are a message of their own. One that still waits is always changed.",
    ),
  progress: z
    .enum(["line", "off"])
    .default("line")
    .describe(
      "What an agent does while it answers: a line under the answer, gone at its end; or nothing.",
    ),
  ambiguousSends: z
    .enum(["label", "hold", "drop"])
    .default("label")
    .describe(
      "A reply that may or may not have arrived: send again and say so, keep for an operator, or give up.",
    ),
};

const people = (does: string) =>
  z.array(z.string().min(1, { error: "the id of a person, in quotes" })).describe(does);

const pairing = (fallback: "on" | "off") =>
  z
    .enum(["on", "off"])
    .default(fallback)
    .describe(
      "Whether a stranger who writes in a private chat is answered with a code, by which an operator lets them in.",
    );

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
  pairing: pairing("off"),
  ...common,
});

const whoMay = {
  allow: people(`Ids of the people who may talk to it; "*" is everybody.`).default([]),
  operators: people(
    "Ids of the people who may restart it from a chat; they may talk to it, too.",
  ).default([]),
  pairing: pairing("on"),
};

const webAddress = (does: string, of: RegExp) =>
  z.url({ protocol: of, error: "an address like https://example.org/path" }).describe(does);

const telegramNetwork = z
  .strictObject({
    adapter: z.literal("telegram").describe("Telegram, by its Bot API."),
    ...bots,
    ...whoMay,
    groups: z
      .record(z.string().min(1), placeRule)
      .default({ "*": "mention" })
      .describe(
        'What the bot hears in a group, by chat id; "*" is every other: mention (also replies to it and commands), all, or off; or hear: with allow:, a list of its own.',
      ),
    quote: z
      .enum(["auto", "always", "never"])
      .default("auto")
      .describe(
        "Whether an answer quotes its question. auto: in groups, and where something else was said in between.",
      ),
    webhook: z
      .strictObject({
        url: webAddress(
          "Where Telegram reaches this gateway; what stands behind it must lead to `webhooks`.",
          /^https?$/,
        ),
      })
      .nullable()
      .default(null)
      .describe("Telegram calls us, at this address; null = we ask Telegram (long polling)."),
    apiRoot: webAddress("The Bot API server: Telegram's, or your own.", /^https?$/).default(
      "https://api.telegram.org",
    ),
    ...common,
  })
  .refine(hasBots, HAS_BOTS);

const discordNetwork = z
  .strictObject({
    adapter: z.literal("discord").describe("Discord, by its gateway and REST API."),
    ...bots,
    ...whoMay,
    channels: z
      .record(z.string().min(1), placeRule)
      .default({ "*": "mention" })
      .describe(
        'What the bot hears in a server, by channel or server id; "*" is every other: mention (also replies to it and commands), all, or off; or hear: with allow:, a list of its own.',
      ),
    openThreads: z
      .boolean()
      .default(false)
      .describe("A conversation that begins in a server's channel gets a thread of its own."),
    backfill: z
      .strictObject({
        maxAgeMs: age(DAY, "How far back it looks for messages that came while it was away."),
        maxMessages: count(200, "Messages of one channel that it takes up then.", {
          least: 0,
          most: 10_000,
        }),
      })
      .prefault({})
      .describe("After an absence."),
    shards: z
      .strictObject({
        total: z.int().min(1).nullable().default(null).describe("null = as Discord advises."),
        ids: z.array(z.int().min(0)).nullable().default(null).describe("null = all of them."),
      })
      .prefault({})
      .describe("For bots in thousands of servers."),
    apiRoot: webAddress("The REST API.", /^https?$/).default("https://discord.com/api"),
    ...common,
  })
  .refine(hasBots, HAS_BOTS);

export const networks = z
  .record(name, z.discriminatedUnion("adapter", [localNetwork, telegramNetwork, discordNetwork]))
  .default(() => ({ local: localNetwork.parse({ adapter: "local" }) }))
  .describe("Chat networks, by the name that session keys begin with.");
