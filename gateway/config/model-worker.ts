import { z } from "zod";

import { count, words } from "./amounts.ts";
import { secretReference } from "./secret.ts";

export const modelWorker = z.strictObject({
  kind: z.literal("model").describe("A model behind any OpenAI-compatible endpoint."),
  baseUrl: z
    .url({ protocol: /^https?$/, error: "an address that begins with http:// or https://" })
    .refine((text) => !URL.canParse(text) || isBare(new URL(text)), {
      error: "an address without a name, a password or a query: the key has a place of its own",
    })
    .describe("Address of the endpoint, as its manual gives it; it often ends in /v1."),
  model: words("Name of the model, as the endpoint knows it."),
  key: secretReference.nullable().default(null).describe("Key of the endpoint; null = none."),
  system: words("What the model is told before every conversation; null = nothing.")
    .nullable()
    .default(null),
  images: z
    .boolean()
    .default(false)
    .describe("The model takes images: photos of the newest messages are shown to it."),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .nullable()
    .default(null)
    .describe("How freely it speaks, 0 to 2; null = as the endpoint decides."),
  maxInputTokens: count(
    32_000,
    "Size of what it is given, estimated; older parts of a conversation are left out beyond it.",
    { least: 1_000, most: 10_000_000 },
  ),
  fileChars: count(
    50_000,
    "Characters of one text file that are put into a message; 0 = text files are only named.",
    { least: 0, most: 10_000_000 },
  ),
  // The HTTP client itself gives up after 300 s.
  firstByteMs: count(60_000, "Time in which an answer must begin. Milliseconds.", {
    least: 1,
    most: 290_000,
  }),
  chunkMs: count(60_000, "Longest silence within an answer. Milliseconds.", {
    least: 1,
    most: 290_000,
  }),
  retries: count(2, "Further tries, as long as nothing of an answer has come.", {
    least: 0,
    most: 10,
  }),
});

function isBare({ username, password, search }: URL): boolean {
  return username === "" && password === "" && search === "";
}
