import { z } from "zod";

import { wireChat, wireMessage, wireUser } from "./message-shape.ts";

/** A press of a button. Of a message that Telegram no longer shows to bots only chat and id are left. */
const wirePress = z.object({
  id: z.string(),
  from: wireUser,
  message: wireMessage.optional(),
  data: z.string().optional(),
});

const wireMembership = z.object({
  chat: wireChat,
  from: wireUser,
  new_chat_member: z.object({ status: z.string() }),
});

/** What we read of an update. Every other kind has only its number. */
export const wireUpdate = z.object({
  update_id: z.int(),
  message: wireMessage.optional(),
  edited_message: wireMessage.optional(),
  callback_query: wirePress.optional(),
  my_chat_member: wireMembership.optional(),
});

export type WireUpdate = z.infer<typeof wireUpdate>;
export type WirePress = z.infer<typeof wirePress>;

/** The kinds that we ask for; Telegram keeps no other for us. */
export const UPDATE_KINDS = [
  "message",
  "edited_message",
  "callback_query",
  "my_chat_member",
] as const;

const numbered = z.object({ update_id: z.int() });

/** The number of an update that may be of any shape; null: it is none. */
export function updateIdOf(update: unknown): number | null {
  const found = numbered.safeParse(update);
  return found.success ? found.data.update_id : null;
}
