import { z } from "zod";

import { count, port, words } from "./amounts.ts";
import { crashLoop, delivery, drain, requests, resume, retention, turns } from "./limits.ts";
import { networks } from "./networks.ts";
import { routes } from "./routes.ts";
import { workers } from "./workers.ts";

const log = z.strictObject({
  level: z
    .enum(["error", "warn", "info", "debug", "trace"])
    .default("info")
    .describe("The least important lines that are logged; text of messages only from debug on."),
  format: z
    .enum(["auto", "json", "pretty"])
    .default("auto")
    .describe("auto: pretty on a terminal, else JSON."),
});

const notices = z.strictObject({
  language: z.enum(["en"]).default("en").describe("Language of what people are told."),
  perChatPerHour: count(6, "Notices that one chat gets in an hour, whatever happens.", {
    least: 0,
    most: 1_000,
  }),
  texts: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe("Your own words, by the key of the sentence."),
});

const http = z.strictObject({
  host: words("Address of health, metrics and the console.").default("127.0.0.1"),
  port: port("Port of health, metrics and the console; null = none.").nullable().default(8788),
});

const console = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe("Whether the page is served, beside health and metrics, to who has its token."),
  hosts: z
    .array(
      z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, {
        error: "a name without scheme and port, as in console.example.org",
      }),
    )
    .default([])
    .describe("Names under which a reverse proxy in front of it is reached."),
});

const tracing = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe("Whether spans are given to the OpenTelemetry SDK that you preload."),
  sessions: z
    .enum(["hashed", "plain"])
    .default("hashed")
    .describe(
      "How a session is named in them: by a word that nobody can turn back, or by its key.",
    ),
});

const webhooks = z.strictObject({
  host: words("Address on which networks that call us are answered.").default("127.0.0.1"),
  port: port("Port of it; opened only when a network has a webhook.").default(8789),
});

const control = z.strictObject({
  socket: words(
    "Path of the socket that the commands use; null = control.sock in the state directory.",
  )
    .nullable()
    .default(null),
});

/** The configuration file. Every key has a default, a description and, where it has one, a unit. */
export const fileSchema = z.strictObject({
  stateDir: words(
    "Where everything that must survive is kept, relative to this file; null = the usual place of this system.",
  )
    .nullable()
    .default(null),
  log: log.prefault({}).describe("What is logged, and how."),
  networks,
  workers,
  defaultWorker: words("Name of the worker that answers; null = the only one, or the first.")
    .nullable()
    .default(null),
  routes,
  turns: turns.prefault({}).describe("Limits of turns."),
  drain: drain.prefault({}).describe("How the gateway stops."),
  resume: resume.prefault({}).describe("How conversations that were cut go on."),
  requests: requests.prefault({}).describe("Questions to people."),
  delivery: delivery.prefault({}).describe("How replies are sent."),
  notices: notices.prefault({}).describe("What people are told."),
  retention: retention.prefault({}).describe("How long things are kept."),
  crashLoop: crashLoop
    .prefault({})
    .describe("When a gateway that keeps crashing holds its channels."),
  http: http.prefault({}).describe("Health, metrics and the console."),
  console: console.prefault({}).describe("The page that shows the gateway in a browser."),
  tracing: tracing.prefault({}).describe("Spans for OpenTelemetry."),
  webhooks: webhooks.prefault({}).describe("The listener for networks that call us."),
  control: control.prefault({}).describe("The commands."),
});

export type FileSettings = z.output<typeof fileSchema>;

/** For editors: the shape of the file as JSON Schema. */
export function configurationSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(fileSchema, { io: "input" });
}
