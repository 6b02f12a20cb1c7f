import type { Address } from "../../../sessions/message.ts";

/** The topic a message goes to. The General topic has no number; it is the chat itself. */
export function inThread({ thread }: Address): { readonly message_thread_id: number } | undefined {
  return thread === null ? undefined : { message_thread_id: Number(thread) };
}
