import { z } from "zod";

import { may } from "../world/permissions.ts";
import type { Mentions } from "../world/mentions.ts";
import { mentionsIn } from "../world/mentions.ts";
import type { ChannelState, StoredFile, StoredMessage } from "../world/world.ts";
import { checkComponents } from "./components.ts";
import { refuse, refuseForm } from "./refusal.ts";
import type { Call } from "./route.ts";

const id = z.string().regex(/^\d{1,20}$/);
const MOST = { embeds: 10, files: 10 };

const EXCLUSIVE =
  "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE: What is parsed and what is listed are mutually exclusive.";

const allowedMentions = z
  .object({
    parse: z.array(z.enum(["users", "roles", "everyone"])).optional(),
    users: z.array(id).max(100).optional(),
    roles: z.array(id).max(100).optional(),
    replied_user: z.boolean().optional(),
  })
  .superRefine(({ parse = [], users = [], roles = [] }, context) => {
    const isBoth =
      (parse.includes("users") && users.length > 0) ||
      (parse.includes("roles") && roles.length > 0);
    if (isBoth) context.addIssue({ code: "custom", message: EXCLUSIVE });
  });

/** What a message, an edit and an answer to an interaction have in common. */
const written = {
  // In UTF-16 units, the strictest way to count.
  content: z.string().max(2_000).nullish(),
  embeds: z.array(z.looseObject({})).max(MOST.embeds).nullish(),
  components: z
    .array(z.looseObject({ type: z.int() }))
    .max(40)
    .nullish(),
  allowed_mentions: allowedMentions.nullish(),
  flags: z.int().nullish(),
  attachments: z
    .array(
      z.looseObject({
        id: z.union([z.string(), z.number()]),
        filename: z.string().nullish(),
        description: z.string().max(1_024).nullish(),
      }),
    )
    .max(MOST.files)
    .nullish(),
};

export const writtenForm = z.looseObject(written);

export const sendForm = z.looseObject({
  ...written,
  nonce: z.union([z.string().max(25), z.int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  tts: z.boolean().nullish(),
  message_reference: z
    .looseObject({
      message_id: id,
      channel_id: id.nullish(),
      guild_id: id.nullish(),
      fail_if_not_exists: z.boolean().nullish(),
      type: z.int().nullish(),
    })
    .nullish(),
});

export type Written = z.output<typeof writtenForm>;

export type Content = Mentions &
  Pick<StoredMessage, "content" | "embeds" | "components" | "files" | "flags">;

interface Context {
  readonly call: Call;
  readonly channel: ChannelState;
  readonly answered: string | null;
  /** What an edit leaves as it is. */
  readonly before: StoredMessage | null;
  readonly flagsAllowed: number;
}

/** Checks what was written and makes it a message's content; refuses as the network does. */
export function toContent(
  form: Written,
  { call, channel, answered, before, flagsAllowed }: Context,
): Content {
  const { world } = call;
  const components = checkComponents(form.components, form.flags ?? 0);
  const content =
    form.content === undefined ? (before?.content ?? "") : (form.content ?? "").trim();
  const embeds = form.embeds === undefined ? (before?.embeds ?? []) : (form.embeds ?? []);
  const files = filesOf(form, { call, channel, before });
  const shown = components ?? before?.components ?? [];
  if (content === "" && embeds.length === 0 && files.length === 0 && shown.length === 0) {
    throw refuse.empty();
  }
  return {
    content,
    embeds,
    components: shown,
    files,
    flags: ((before?.flags ?? 0) & ~flagsAllowed) | ((form.flags ?? 0) & flagsAllowed),
    ...mentionsIn(world, content, {
      channel,
      answered,
      allowed: form.allowed_mentions ?? null,
    }),
  };
}

/** New files, and of those before the ones that an edit still names. */
function filesOf(
  form: Written,
  { call, channel, before }: Pick<Context, "call" | "channel" | "before">,
): readonly StoredFile[] {
  const { world, files, limits } = call;
  if (files.length > 0 && !may(channel, world.bot.id, "AttachFiles")) {
    throw refuse.missingPermissions();
  }
  if (files.some((file) => file.bytes.length > limits.file)) throw refuse.tooLarge();
  const named = form.attachments ?? null;
  const kept = (before?.files ?? []).filter(
    (file) => form.attachments === undefined || named?.some((one) => String(one.id) === file.id),
  );
  const fresh = files.map((file): StoredFile => {
    const about = named?.find((one) => String(one.id) === file.index);
    return {
      id: world.mint(),
      channelId: channel.id,
      name: about?.filename ?? file.name,
      mime: file.mime,
      description: about?.description ?? null,
      bytes: file.bytes,
    };
  });
  for (const [at, one] of (named ?? []).entries()) {
    const isKnown =
      files.some((file) => file.index === String(one.id)) ||
      kept.some((file) => file.id === String(one.id));
    if (!isKnown) {
      throw refuseForm({
        path: ["attachments", at, "id"],
        code: "ATTACHMENT_NOT_FOUND",
        message: "Attachment data not found",
      });
    }
  }
  const all = [...kept, ...fresh];
  if (all.length > MOST.files) {
    throw refuseForm({
      path: ["attachments"],
      code: "BASE_TYPE_MAX_LENGTH",
      message: `Must be ${MOST.files} or fewer in length.`,
    });
  }
  return all;
}
