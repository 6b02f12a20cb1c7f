import { z } from "zod";
import type { SessionEvent } from "../machine/events.ts";
import type {
  BootRow,
  DrainRow,
  InboxItem,
  ProcessRow,
  RequestRow,
  StoredEvent,
  StoredOutboxRow,
  TurnRow,
} from "../rows.ts";
import type { EntryBody, NoteCause, TranscriptEntry } from "../transcript.ts";
import {
  bootIdShape,
  keyShape,
  messageIdShape,
  outboxIdShape,
  requestIdShape,
  sessionIdShape,
  turnIdShape,
} from "./id-shape.ts";
import { attachmentShape, inboundShape, outboundShape, senderShape } from "./message-shape.ts";
import { byTag, oneOf } from "./one-of.ts";
import { interruptionShape, outcomeShape } from "./session-shape.ts";

export const inboxShape: z.ZodType<InboxItem> = z.object({
  id: messageIdShape,
  seq: z.number(),
  key: keyShape,
  kind: oneOf<InboxItem["kind"]>({
    turn: true,
    command: true,
    press: true,
    edit: true,
  }),
  message: inboundShape,
  state: oneOf<InboxItem["state"]>({ queued: true, adopted: true, done: true, dead: true }),
  turn: turnIdShape.nullable(),
  attempts: z.number(),
  receivedAt: z.number(),
  reason: z.string().nullable(),
});

export const turnShape: z.ZodType<TurnRow> = z.object({
  id: turnIdShape,
  key: keyShape,
  session: sessionIdShape,
  owner: bootIdShape,
  fence: z.number(),
  generation: z.number(),
  attempt: z.number(),
  phase: oneOf<TurnRow["phase"]>({
    starting: true,
    running: true,
    awaiting_input: true,
    interrupting: true,
    ended: true,
  }),
  outcome: outcomeShape.nullable(),
  interruption: interruptionShape.nullable(),
  reason: z.string().nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
});

type ToolState = Extract<EntryBody, { kind: "tool" }>["state"];

const entryBody = byTag<EntryBody>("kind", {
  user: z.looseObject({
    kind: z.literal("user"),
    text: z.string(),
    sender: senderShape,
    message: messageIdShape,
    attachments: z.array(attachmentShape),
    sentAt: z.number(),
  }),
  assistant: z.looseObject({
    kind: z.literal("assistant"),
    text: z.string(),
    partial: z.boolean(),
  }),
  tool: z.looseObject({
    kind: z.literal("tool"),
    call: z.string(),
    name: z.string(),
    input: z.string(),
    state: oneOf<ToolState>({
      open: true,
      done: true,
      failed: true,
      cancelled: true,
      unknown: true,
    }),
    result: z.string().nullable(),
  }),
  note: z.looseObject({
    kind: z.literal("note"),
    cause: oneOf<NoteCause>({
      restart: true,
      shutdown: true,
      crash: true,
      worker_lost: true,
      stalled: true,
    }),
    text: z.string(),
  }),
} satisfies Record<EntryBody["kind"], z.ZodType<EntryBody>>);

export const entryShape: z.ZodType<TranscriptEntry> = z.object({
  session: sessionIdShape,
  turn: turnIdShape,
  id: z.string(),
  at: z.number(),
  body: entryBody,
});

export const outboxShape: z.ZodType<StoredOutboxRow> = z.object({
  id: outboxIdShape,
  seq: z.number(),
  address: z.object({
    network: z.string(),
    account: z.string(),
    chat: z.string(),
    thread: z.string().nullable(),
  }),
  key: keyShape.nullable(),
  turn: turnIdShape.nullable(),
  purpose: oneOf<StoredOutboxRow["purpose"]>({
    reply: true,
    notice: true,
    command: true,
    request: true,
  }),
  message: outboundShape,
  state: oneOf<StoredOutboxRow["state"]>({
    draft: true,
    held: true,
    pending: true,
    sending: true,
    sent: true,
    dead: true,
    dropped: true,
  }),
  placed: z.string().nullable(),
  attempts: z.number(),
  dueAt: z.number(),
  uncertain: z.boolean(),
  error: z.string().nullable(),
  createdAt: z.number(),
  settledAt: z.number().nullable(),
});

export const requestShape: z.ZodType<RequestRow> = z.object({
  id: requestIdShape,
  key: keyShape,
  turn: turnIdShape,
  title: z.string(),
  detail: z.string(),
  fingerprint: z.string(),
  state: oneOf<RequestRow["state"]>({
    open: true,
    allowed: true,
    denied: true,
    expired: true,
    withdrawn: true,
    turn_ended: true,
  }),
  detached: z.boolean(),
  shownIn: outboxIdShape.nullable(),
  answeredBy: z.string().nullable(),
  openedAt: z.number(),
  expiresAt: z.number(),
  closedAt: z.number().nullable(),
});

/** Events are read by people and by the feed, never decided on: their type is enough. */
const sessionEvent = z.custom<SessionEvent>(
  (value) => z.looseObject({ type: z.string() }).safeParse(value).success,
  "no event",
);

export const eventShape: z.ZodType<StoredEvent> = z.object({
  seq: z.number(),
  key: keyShape,
  session: sessionIdShape,
  at: z.number(),
  event: sessionEvent,
});

export const bootShape: z.ZodType<BootRow> = z.object({
  id: bootIdShape,
  startedAt: z.number(),
  pid: z.number(),
  ended: oneOf<NonNullable<BootRow["ended"]>>({ clean: true, planned: true }).nullable(),
  readyAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  seenAt: z.number().nullable(),
});

export const drainShape: z.ZodType<DrainRow> = z.object({
  boot: bootIdShape,
  beganAt: z.number(),
  next: oneOf<DrainRow["next"]>({ stay: true, restart: true, stop: true }),
  by: z.string(),
  timedOutAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  end: oneOf<NonNullable<DrainRow["end"]>>({
    drained: true,
    called_off: true,
    replaced: true,
  }).nullable(),
});

export const processShape: z.ZodType<ProcessRow> = z.object({
  pid: z.number(),
  startTime: z.string(),
  boot: bootIdShape,
  marker: z.string(),
});
