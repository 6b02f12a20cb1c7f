import { z } from "zod";

/** What the local chat tells its viewers, as `docs/local-chat.md` writes it. */

const file = z.object({ id: z.string(), name: z.string(), type: z.string(), size: z.number() });

const message = z.object({
  externalId: z.string(),
  seq: z.number(),
  chat: z.string(),
  thread: z.string().nullable(),
  from: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("person"), id: z.string(), name: z.string() }),
    z.object({ kind: z.literal("agent") }),
  ]),
  text: z.string(),
  buttons: z.array(z.array(z.object({ label: z.string(), data: z.string() }))),
  files: z.array(file).default([]),
  replyTo: z.string().nullable(),
  sentAt: z.number(),
  editedAt: z.number().nullable(),
});

export type ShownFile = z.infer<typeof file>;
export type ShownMessage = z.infer<typeof message>;

export type ChatEvent =
  /** Everything up to here has been shown; what follows happens now. */
  | { readonly kind: "live"; readonly position: number }
  /** `position: null`: an edit that was made while this viewer was away. */
  | {
      readonly kind: "message" | "edit";
      readonly position: number | null;
      readonly message: ShownMessage;
    }
  | { readonly kind: "typing"; readonly chat: string; readonly thread: string | null };

export const historyBody = z.object({ messages: z.array(message), last: z.number() });
export const fateBody = z.object({ externalId: z.string(), fate: z.string() });
export const takenBody = z.object({
  id: z.string(),
  externalId: z.string(),
  fate: z.string(),
  duplicate: z.boolean(),
});
export const fileBody = file;
export const refusedBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), advice: z.string() }),
});

const typing = z.object({ chat: z.string(), thread: z.string().nullable() });

/** Null for a kind of event that this program does not know. */
export function parseChatEvent(block: {
  readonly event: string;
  readonly id: string | null;
  readonly text: string | null;
}): ChatEvent | null {
  const position = block.id === null || block.id === "" ? null : Number(block.id);
  if (block.text === null) return position === null ? null : { kind: "live", position };
  switch (block.event) {
    case "message":
    case "edit":
      return {
        kind: block.event,
        position,
        message: message.parse(JSON.parse(block.text)),
      };
    case "typing":
      return { kind: "typing", ...typing.parse(JSON.parse(block.text)) };
    default:
      return null;
  }
}
