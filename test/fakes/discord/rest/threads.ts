import { ChannelType } from "discord-api-types/v10";
import { z } from "zod";

import { toApiChannel, toThreadMember } from "../shapes/api-channel.ts";
import { toAnswer } from "../world/messages.ts";
import { may } from "../world/permissions.ts";
import { changeThread, openThread } from "../world/threads.ts";
import { channelsOf, isThread, known } from "../world/world.ts";
import type { ChannelState, Thread } from "../world/world.ts";
import { sendForm, toContent } from "./message-form.ts";
import { channelOf, messageOf, needs } from "./place.ts";
import { parseForm, refuse, refuseForm } from "./refusal.ts";
import { NO_CONTENT, ok } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";

export const threadRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/channels/:channel/messages/:message/threads",
    answer: openFromMessage,
  },
  { method: "POST", path: "/channels/:channel/threads", answer: open },
  { method: "PATCH", path: "/channels/:channel", answer: change },
  { method: "PUT", path: "/channels/:channel/thread-members/@me", answer: join },
  { method: "DELETE", path: "/channels/:channel/thread-members/@me", answer: leave },
  { method: "GET", path: "/channels/:channel/threads/archived/public", answer: archived },
];

const name = z.string().min(1).max(100);
const duration = z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10080)]);
const threadForm = z.looseObject({ name, auto_archive_duration: duration.optional() });
const newForm = z.looseObject({ ...threadForm.shape, type: z.int().optional() });
const postForm = z.looseObject({ ...threadForm.shape, message: sendForm });
const changeForm = z.looseObject({
  name: name.optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
  auto_archive_duration: duration.optional(),
});

const PRIVATE: number = ChannelType.PrivateThread;
const HAS_THREADS: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
]);

function openFromMessage(call: Call): Answer {
  const { world } = call;
  const parent = channelOf(call);
  const from = messageOf(call, parent);
  const form = parseForm(threadForm, call.body ?? {});
  if (!HAS_THREADS.has(parent.type)) throw refuse.onThisType();
  needs(call, parent, "CreatePublicThreads");
  if (from.threadId !== null) throw refuse.threadExists();
  const wanted = { name: form.name, by: world.bot, from, isPrivate: false, post: null };
  return { status: 201, body: toApiChannel(world, openThread(world, parent, wanted)) };
}

function open(call: Call): Answer {
  const { world } = call;
  const parent = channelOf(call);
  if (parent.type === ChannelType.GuildForum) return post(call, parent);
  if (!HAS_THREADS.has(parent.type)) throw refuse.onThisType();
  const form = parseForm(newForm, call.body ?? {});
  const isPrivate = (form.type ?? PRIVATE) === PRIVATE;
  needs(call, parent, isPrivate ? "CreatePrivateThreads" : "CreatePublicThreads");
  const wanted = { name: form.name, by: world.bot, from: null, isPrivate, post: null };
  return { status: 201, body: toApiChannel(world, openThread(world, parent, wanted)) };
}

function post(call: Call, parent: ChannelState): Answer {
  const { world } = call;
  const form = parseForm(postForm, call.body ?? {});
  // In a forum it is SEND_MESSAGES that lets one post.
  needs(call, parent, "SendMessages");
  const content = toContent(form.message, {
    call,
    channel: parent,
    answered: null,
    before: null,
    flagsAllowed: 0,
  });
  const thread = openThread(world, parent, {
    name: form.name,
    by: world.bot,
    from: null,
    isPrivate: false,
    post: content,
  });
  const first = known(world.messages.get(thread.id), "first message");
  return {
    status: 201,
    body: { ...toApiChannel(world, thread), message: toAnswer(world, first) },
  };
}

function threadOf(call: Call): Thread {
  const channel = channelOf(call);
  if (!isThread(channel)) throw refuse.onThisType();
  return channel;
}

function change(call: Call): Answer {
  const { world } = call;
  const channel = threadOf(call);
  const form = parseForm(changeForm, call.body ?? {});
  const isModerator = may(channel, world.bot.id, "ManageThreads");
  const isOwner = channel.thread.ownerId === world.bot.id;
  const opens = form.archived === false;
  if (channel.thread.isArchived && !opens) throw refuse.archived();
  if (!isModerator) {
    if (form.locked !== undefined || channel.thread.isLocked) throw refuse.missingPermissions();
    if (!isOwner && !opens) throw refuse.missingPermissions();
  }
  changeThread(world, channel, {
    ...(form.name === undefined ? {} : { name: form.name }),
    ...(form.archived === undefined ? {} : { isArchived: form.archived }),
    ...(form.locked === undefined ? {} : { isLocked: form.locked }),
  });
  return ok(toApiChannel(world, channel));
}

function join(call: Call): Answer {
  const channel = threadOf(call);
  if (channel.thread.isArchived) throw refuse.archived();
  channel.thread.members.add(call.world.bot.id);
  return NO_CONTENT;
}

function leave(call: Call): Answer {
  threadOf(call).thread.members.delete(call.world.bot.id);
  return NO_CONTENT;
}

/** Newest first by when they were archived. */
function archived(call: Call): Answer {
  const { world, query } = call;
  const parent = channelOf(call);
  if (parent.guild === null) throw refuse.onThisType();
  needs(call, parent, "ReadMessageHistory");
  const text = query.get("before");
  const before = text === null ? Number.POSITIVE_INFINITY : Date.parse(text);
  if (Number.isNaN(before)) {
    throw refuseForm({ path: ["before"], code: "DATE_TIME_TYPE_PARSE", message: "Not a time." });
  }
  const limit = Number(query.get("limit") ?? 50);
  const all = channelsOf(world, parent.guild)
    .filter((one) => one.parent === parent && one.type !== ChannelType.PrivateThread)
    .filter(({ thread }) => thread?.isArchived === true && thread.archivedAt < before)
    .toSorted((one, other) => (other.thread?.archivedAt ?? 0) - (one.thread?.archivedAt ?? 0));
  const joined = all.filter((one) => one.thread?.members.has(world.bot.id) === true);
  return ok({
    threads: all.slice(0, limit).map((one) => toApiChannel(world, one)),
    members: joined.map((one) => toThreadMember(one, world.bot.id)),
    has_more: all.length > limit,
  });
}
