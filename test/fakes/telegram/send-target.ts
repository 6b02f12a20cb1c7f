import { badRequest } from "./bot-error.ts";
import type { Call } from "./method.ts";
import { booleanOf, isRecord, jsonOf, numberOf, textOf } from "./parameters.ts";
import { addEntry } from "./room.ts";
import type { Content, Entry, Room } from "./room.ts";
import { roomFor } from "./world.ts";

/** Where a new message goes: checked before anything is done. */
export interface SendTarget {
  readonly room: Room;
  readonly thread: number | null;
  readonly replyTo: number | null;
}

export function targetOf(call: Call): SendTarget {
  const { world, bot, parameters } = call;
  const chatId = textOf(parameters, "chat_id");
  const room = roomFor(world, bot, { chatId, access: "write" });
  const thread = threadIn(room, numberOf(parameters, "message_thread_id", { otherwise: 0 }));
  return { room, thread, replyTo: replyIn(room, call) };
}

/** Where there are no topics, a thread is ignored. */
export function threadIn(room: Room, thread: number): number | null {
  if (thread === 0 || (!room.forum && room.type !== "private")) return null;
  const topic = room.topics.get(thread);
  // Also General, whose number is 1: it is meant by giving none.
  if (topic === undefined) throw badRequest("message thread not found");
  if (topic.closed) throw badRequest("TOPIC_CLOSED");
  return thread;
}

function replyIn(room: Room, { parameters }: Call): number | null {
  const given = jsonOf(parameters, "reply_parameters", "reply parameters");
  const reply = isRecord(given)
    ? given
    : {
        message_id: numberOf(parameters, "reply_to_message_id", { otherwise: 0 }),
        allow_sending_without_reply: booleanOf(parameters, "allow_sending_without_reply"),
      };
  const id = Number(reply["message_id"] ?? 0);
  if (id <= 0) return null;
  if (room.entries.has(id)) return id;
  if (reply["allow_sending_without_reply"] === true) return null;
  throw badRequest("message to be replied not found");
}

/** The bot writes: its message is in the chat from now on. */
export function addSent(
  call: Call,
  target: SendTarget,
  message: { content: Content } & Partial<Entry>,
): Entry {
  const { world, bot } = call;
  const { room, thread, replyTo } = target;
  return addEntry(room, {
    date: world.clock.now(),
    from: room.type === "channel" ? null : bot.user,
    bot,
    thread,
    replyTo,
    ...message,
  });
}
