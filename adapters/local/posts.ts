import { z } from "zod";
import { textOf } from "../../sessions/errors.ts";
import type { Refusal } from "./refusal.ts";

/** What people may post: parsed once, here. */

const noControls = /^[^\p{Cc}\p{Cs}]*$/u;
const place = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(noControls, "must not hold control characters");
const externalId = z.string().min(1).max(200).regex(noControls, "must not hold control characters");
const id = z.string().regex(/^[\w.-]{1,100}$/, "must be 1 to 100 letters, digits, dots or dashes");

const common = { id: id.optional(), user: place.default("you") };

/** Files of one message. */
const MOST_FILES = 10;

const say = z.strictObject({
  ...common,
  text: z
    .string()
    .transform((text) => text.toWellFormed())
    .default(""),
  files: z
    .array(z.string().max(100))
    .max(MOST_FILES)
    .refine((ids) => new Set(ids).size === ids.length, { error: "must not name a file twice" })
    .default([]),
  thread: place.nullable().default(null),
  replyTo: externalId.nullable().default(null),
  scope: z.enum(["private", "group"]).default("private"),
});

const press = z.strictObject({
  ...common,
  on: externalId,
  data: z.string().min(1).max(256),
  scope: z.enum(["private", "group"]).default("private"),
});

export type Say = z.infer<typeof say>;
export type Press = z.infer<typeof press>;

export type Parsed<Post> =
  | { readonly ok: true; readonly post: Post }
  | { readonly ok: false; readonly refusal: Refusal };

export function parseSay(body: string): Parsed<Say> {
  const parsed = parse(body, say);
  if (!parsed.ok || parsed.post.text.trim() !== "" || parsed.post.files.length > 0) return parsed;
  return refuse("message_empty", "the message has neither text nor files", "say something");
}

export function parsePress(body: string): Parsed<Press> {
  return parse(body, press);
}

/** A chat's name is part of every id of its messages: `<chat>~<id>`. */
export function isChatName(chat: string): boolean {
  return /^[\w.@+=-]{1,64}$/.test(chat);
}

export function isPostId(text: string): boolean {
  return id.safeParse(text).success;
}

function parse<Schema extends z.ZodType>(body: string, schema: Schema): Parsed<z.infer<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (thrown) {
    return refuse("body_unreadable", `the body is not JSON: ${textOf(thrown)}`, "send JSON");
  }
  const checked = schema.safeParse(json);
  if (checked.success) return { ok: true, post: checked.data };
  const found = checked.error.issues
    .map((issue) => `${issue.path.join(".") || "the body"}: ${issue.message}`)
    .join("; ");
  return refuse("body_wrong", found, "see docs/local-chat.md");
}

function refuse(code: string, message: string, advice: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { status: 400, code, message, advice } };
}
