import { z } from "zod";

const apiAttachment = z.object({ id: z.string(), url: z.string(), size: z.number() });

/** What we read of a message that Discord answers with. */
export const apiMessage = z.object({
  id: z.string(),
  channel_id: z.string(),
  content: z.string(),
  author: z.object({ id: z.string() }),
  nonce: z.union([z.string(), z.number()]).optional(),
  attachments: z.array(apiAttachment).default([]),
  message_reference: z.object({ message_id: z.string().optional() }).nullish(),
  message_snapshots: z
    .array(z.object({ message: z.object({ attachments: z.array(apiAttachment).default([]) }) }))
    .default([]),
  interaction_metadata: z.object({ id: z.string() }).nullish(),
});

export type ApiMessage = z.infer<typeof apiMessage>;
