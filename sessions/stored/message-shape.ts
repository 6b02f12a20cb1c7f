import { z } from "zod";
import type { Address, Attachment, InboundMessage, OutboundMessage, Sender } from "../message.ts";
import { oneOf } from "./one-of.ts";

/** What must hold of a stored value before the program may rely on it. Unknown fields are kept. */
const address: z.ZodType<Address> = z.looseObject({
  network: z.string(),
  account: z.string(),
  chat: z.string(),
  thread: z.string().nullable(),
});

export const senderShape: z.ZodType<Sender> = z.looseObject({ id: z.string(), name: z.string() });

export const attachmentShape: z.ZodType<Attachment> = z.looseObject({
  kind: oneOf<Attachment["kind"]>({ photo: true, document: true, voice: true, other: true }),
  ref: z.string(),
  name: z.string(),
  mime: z.string(),
  size: z.number().nullable(),
});

export const inboundShape: z.ZodType<InboundMessage> = z.looseObject({
  externalId: z.string(),
  address,
  places: z.array(z.string()).exactOptional(),
  sender: senderShape,
  scope: oneOf<InboundMessage["scope"]>({ private: true, group: true }),
  text: z.string(),
  button: z.looseObject({ data: z.string(), on: z.string() }).nullable(),
  attachments: z.array(attachmentShape),
  album: z.string().nullable(),
  replyTo: z.string().nullable(),
  edits: z.string().nullable().default(null),
  isLate: z.boolean().default(false),
  sentAt: z.number(),
});

export const outboundShape: z.ZodType<OutboundMessage> = z.looseObject({
  text: z.string(),
  buttons: z.array(z.array(z.looseObject({ label: z.string(), data: z.string() }))),
  file: z
    .looseObject({ path: z.string(), name: z.string(), mime: z.string(), size: z.number() })
    .nullable()
    .default(null),
  replyTo: z.string().nullable(),
});
