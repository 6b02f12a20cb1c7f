import type { ShownMessage } from "../../../adapters/local/shown-message.ts";

/** A message as the gateway shows it, the agent's unless told. */
export function shown(seq: number, more: Partial<ShownMessage> = {}): ShownMessage {
  return {
    externalId: `m${seq}`,
    seq,
    chat: "home",
    thread: null,
    from: { kind: "agent" },
    text: `text ${seq}`,
    buttons: [],
    files: [],
    replyTo: null,
    sentAt: seq * 1000,
    editedAt: null,
    ...more,
  };
}

export const PERSON = { kind: "person", id: "you", name: "you" } as const;
