import { z } from "zod";

/** What is beside the point must not cost the message: of the wrong shape, it counts as left out. */
function beside<Shape extends z.ZodType>(shape: Shape) {
  return shape.optional().catch(undefined);
}

export const wireUser = z.object({
  id: z.int(),
  is_bot: z.boolean().default(false),
  first_name: z.string().default(""),
  last_name: beside(z.string()),
  username: beside(z.string()),
});

export const wireChat = z.object({
  id: z.int(),
  type: z.enum(["private", "group", "supergroup", "channel"]),
  title: beside(z.string()),
});

const wireEntity = z.object({
  type: z.string(),
  /** UTF-16 units. */
  offset: z.int().min(0),
  length: z.int().min(0),
  url: beside(z.string()),
  user: beside(wireUser),
  language: beside(z.string()),
});

const wireFile = z.object({
  file_id: z.string(),
  file_size: beside(z.int()),
  file_name: beside(z.string()),
  mime_type: beside(z.string()),
});

const wireSticker = wireFile.extend({
  emoji: beside(z.string()),
  is_animated: z.boolean().default(false).catch(false),
  is_video: z.boolean().default(false).catch(false),
});

const wireOrigin = z.object({
  sender_user: beside(wireUser),
  sender_user_name: beside(z.string()),
  sender_chat: beside(wireChat),
  chat: beside(wireChat),
});

const wirePlace = z.object({ latitude: z.number(), longitude: z.number() });
const named = z.object({ text: z.string() });

/** What can be said, in words or without. */
const content = {
  text: beside(z.string()),
  entities: z.array(wireEntity).default([]).catch([]),
  caption: beside(z.string()),
  caption_entities: z.array(wireEntity).default([]).catch([]),
  photo: beside(z.array(wireFile.extend({ width: z.number(), height: z.number() }))),
  document: beside(wireFile),
  voice: beside(wireFile),
  audio: beside(wireFile),
  video: beside(wireFile),
  video_note: beside(wireFile),
  animation: beside(wireFile),
  sticker: beside(wireSticker),
  location: beside(wirePlace),
  venue: beside(z.object({ location: wirePlace, title: z.string(), address: z.string() })),
  contact: beside(
    z.object({
      first_name: z.string(),
      last_name: beside(z.string()),
      phone_number: z.string(),
    }),
  ),
  poll: beside(z.object({ question: z.string(), options: z.array(named) })),
  checklist: beside(z.object({ title: z.string(), tasks: z.array(named) })),
  dice: beside(z.object({ emoji: z.string(), value: z.int() })),
};

const wireReply = z.object({
  message_id: z.int(),
  from: beside(wireUser),
  sender_chat: beside(wireChat),
  forum_topic_created: beside(z.looseObject({})),
  ...content,
});

export const wireMessage = z.object({
  message_id: z.int(),
  chat: wireChat,
  date: z.int(),
  edit_date: beside(z.int()),
  from: beside(wireUser),
  sender_chat: beside(wireChat),
  message_thread_id: beside(z.int()),
  is_topic_message: z.boolean().default(false).catch(false),
  media_group_id: beside(z.string()),
  reply_to_message: beside(wireReply),
  quote: beside(named),
  forward_origin: beside(wireOrigin),
  migrate_to_chat_id: beside(z.int()),
  migrate_from_chat_id: beside(z.int()),
  ...content,
});

export type WireMessage = z.infer<typeof wireMessage>;
export type WireReply = z.infer<typeof wireReply>;
export type WireUser = z.infer<typeof wireUser>;
export type WireChat = z.infer<typeof wireChat>;
export type WireEntity = z.infer<typeof wireEntity>;
export type WireFile = z.infer<typeof wireFile>;
/** Of a message, or of the one that it answers. */
export type WireContent = Pick<WireReply, keyof typeof content>;
