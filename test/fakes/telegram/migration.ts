import { deliver } from "./deliver.ts";
import { FIRST_ID_IN_GROUP, addEntry, createCounter } from "./room.ts";
import type { Room } from "./room.ts";
import { addRoom, personIn } from "./world.ts";
import type { World } from "./world.ts";

/** A basic group becomes a supergroup, which is another chat; both say so. */
export function migrate(world: World, old: Room): Room {
  if (old.type !== "group")
    throw new Error(`${old.title} is a ${old.type}: only a basic group migrates`);
  const fresh = addRoom(world, {
    id: -1_000_000_000_000 - world.nextNumber(),
    type: "supergroup",
    title: old.title,
    people: old.people,
    nextId: createCounter(FIRST_ID_IN_GROUP),
  });
  for (const [bot, membership] of old.members) fresh.members.set(bot, membership);
  announce(world, old, { migrate_to_chat_id: fresh.id });
  announce(world, fresh, { migrate_from_chat_id: old.id });
  old.migratedTo = fresh.id;
  return fresh;
}

function announce(world: World, room: Room, fields: Readonly<Record<string, unknown>>): void {
  const content = { kind: "service", fields } as const;
  const from = personIn(room, undefined);
  deliver(room, addEntry(room, { date: world.clock.now(), from, content }), "new");
}
