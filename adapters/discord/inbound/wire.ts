import { z } from "zod";

/** The parts of Discord's events that we use, as they must be to be understood; the rest is dropped. */

const id = z.string().regex(/^\d+$/);

export const wireUser = z.object({
  id,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
  system: z.boolean().optional(),
});

const attachment = z.object({
  id,
  filename: z.string(),
  content_type: z.string().nullish(),
  size: z.number().nullish(),
});

const embed = z.object({
  title: z.string().nullish(),
  description: z.string().nullish(),
});

const content = z.object({
  content: z.string().default(""),
  attachments: z.array(attachment).default([]),
  embeds: z.array(embed).default([]),
  sticker_items: z.array(z.object({ name: z.string() })).default([]),
  flags: z.number().default(0),
});

export const wireMessage = content.extend({
  id,
  channel_id: id,
  channel_type: z.number().optional(),
  guild_id: id.optional(),
  type: z.number().default(0),
  author: wireUser,
  member: z.object({ nick: z.string().nullish() }).optional(),
  webhook_id: id.nullish(),
  timestamp: z.string(),
  edited_timestamp: z.string().nullish(),
  mentions: z.array(z.object({ id })).default([]),
  mention_roles: z.array(id).default([]),
  message_reference: z
    .object({ type: z.number().default(0), channel_id: id.optional(), message_id: id.optional() })
    .nullish(),
  referenced_message: z.object({ author: z.object({ id }) }).nullish(),
  message_snapshots: z.array(z.object({ message: content })).default([]),
});

const option: z.ZodType<WireOption> = z.lazy(() =>
  z.object({
    name: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    options: z.array(option).optional(),
  }),
);

export interface WireOption {
  readonly name: string;
  readonly value?: string | number | boolean | undefined;
  readonly options?: readonly WireOption[] | undefined;
}

export const wireInteraction = z.object({
  id,
  type: z.number(),
  token: z.string(),
  guild_id: id.optional(),
  channel_id: id,
  channel: z.object({ type: z.number() }).loose().optional(),
  user: wireUser.optional(),
  member: z.object({ nick: z.string().nullish(), user: wireUser }).optional(),
  message: z.object({ id, channel_id: id }).optional(),
  data: z
    .object({
      name: z.string().optional(),
      options: z.array(option).optional(),
      custom_id: z.string().optional(),
    })
    .optional(),
});

const overwrite = z.object({ id, allow: z.string(), deny: z.string() });

export const wireChannel = z.object({
  id,
  type: z.number(),
  guild_id: id.optional(),
  parent_id: id.nullish(),
  owner_id: id.nullish(),
  last_message_id: id.nullish(),
  permission_overwrites: z.array(overwrite).default([]),
  recipients: z.array(z.object({ id })).default([]),
});

export const wireRole = z.object({
  id,
  permissions: z.string(),
  tags: z.object({ bot_id: id.optional() }).optional(),
});

/** One channel of a new kind must not hide all the others. */
function readable<Shape extends z.ZodType>(shape: Shape) {
  return z
    .array(z.unknown())
    .default([])
    .transform((all) =>
      all.flatMap((one) => {
        const parsed = shape.safeParse(one);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

export const wireGuild = z.object({
  id,
  unavailable: z.boolean().optional(),
  owner_id: id.optional(),
  roles: readable(wireRole),
  members: readable(z.object({ user: z.object({ id }), roles: z.array(id).default([]) })),
  channels: readable(wireChannel),
  threads: readable(wireChannel),
});

export const wireReady = z.object({
  user: wireUser,
  application: z.object({ id, flags: z.number().default(0) }),
  guilds: z.array(z.object({ id })).default([]),
});

export type WireMessage = z.output<typeof wireMessage>;
export type WireContent = z.output<typeof content>;
export type WireUser = z.output<typeof wireUser>;
export type WireInteraction = z.output<typeof wireInteraction>;
export type WireChannel = z.output<typeof wireChannel>;
export type WireGuild = z.output<typeof wireGuild>;
