import { z } from "zod";
import type { MessageId, SessionKey } from "../../sessions/ids.ts";
import { formatSessionKey, parseSessionKey } from "../../sessions/session-key.ts";

/** What the routes accept, parsed once. */
export const drainShape = z.strictObject({
  then: z.enum(["stay", "restart", "stop"]),
  timeoutMs: z.int().min(0).nullable().default(null),
  by: z.string().min(1).max(200),
  worker: z.string().max(500).nullable().default(null),
});

export const answerShape = z.strictObject({
  decision: z.enum(["allow", "deny", "always"]),
  by: z.string().min(1).max(200),
});

const limit = z.coerce.number().int().min(1).max(1000);

export const sessionsShape = z.strictObject({
  status: z
    .enum([
      "active",
      "idle",
      "starting",
      "running",
      "awaiting_input",
      "interrupting",
      "resume_pending",
      "suspended",
    ])
    .nullable()
    .default(null),
  limit: limit.default(50),
  after: z.string().nullable().default(null),
});

/** As much of what was said as is wanted, and is read and told in one go that holds up nobody else; an export has all. */
export const sessionShape = z.strictObject({ entries: limit.optional() });

export const deadLettersShape = z.strictObject({ limit: limit.default(50) });

export const outboxShape = z.strictObject({ limit: limit.default(200) });

const place = {
  after: z.coerce.number().int().min(0).default(0),
  key: z
    .string()
    .transform((text, context) => {
      const key = toSessionKey(text);
      if (key === null) context.addIssue(`not a session key: "${text}"`);
      return key;
    })
    .nullable()
    .default(null),
};

export const feedShape = z.strictObject(place);

export const eventsShape = z.strictObject({ ...place, limit: limit.default(200) });

/** Our message ids begin with `msg_`; a network's own ids do not name a message here. */
export const messageIdShape = z.custom<MessageId>(
  (value) => typeof value === "string" && /^msg_\w+$/.test(value),
);

/** Null when the text is not a session key. */
export function toSessionKey(text: string): SessionKey | null {
  const parts = parseSessionKey(text);
  return parts === null ? null : formatSessionKey(parts);
}
