import { deliver } from "./deliver.ts";
import type { FakePerson } from "./fake-telegram.ts";
import { addEntry } from "./room.ts";
import type { Room, Topic } from "./room.ts";
import { personIn } from "./world.ts";
import type { World } from "./world.ts";

/** A topic's id is that of the service message that opened it. */
export function openTopic(
  world: World,
  room: Room,
  { name, person }: { name: string; person: FakePerson },
): number {
  if (!room.forum && room.type !== "private") throw new Error(`${room.title} has no topics`);
  const id = room.nextId();
  room.topics.set(id, { name, closed: false });
  const fields = { forum_topic_created: { name, icon_color: 0x6fb9f0 } };
  const content = { kind: "service", fields } as const;
  const entry = addEntry(room, { id, date: world.clock.now(), from: person, content, thread: id });
  deliver(room, entry, "new");
  return id;
}

export function closeTopic(
  world: World,
  room: Room,
  { thread, closed }: { thread: number; closed: boolean },
): void {
  topicOf(room, thread).closed = closed;
  const fields = closed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} };
  const entry = addEntry(room, {
    date: world.clock.now(),
    from: personIn(room, undefined),
    content: { kind: "service", fields },
    thread,
  });
  deliver(room, entry, "new");
}

/** Bots are not told. */
export function deleteTopic(room: Room, thread: number): void {
  topicOf(room, thread);
  room.topics.delete(thread);
  for (const entry of room.entries.values()) {
    if (entry.thread === thread) room.entries.delete(entry.id);
  }
}

function topicOf(room: Room, thread: number): Topic {
  const topic = room.topics.get(thread);
  if (topic === undefined) throw new Error(`no topic ${thread} in ${room.title}`);
  return topic;
}
