import type { Chance, Clock } from "../../../sessions/clock.ts";

import { BotError, badRequest, forbidden } from "./bot-error.ts";
import type { BotAccount } from "./bot-account.ts";
import type { FakePerson, FakeTelegramOptions } from "./fake-telegram.ts";
import { createFileStore } from "./file-store.ts";
import type { FileStore } from "./file-store.ts";
import { createRateLimits } from "./rate-limits.ts";
import type { RateLimits } from "./rate-limits.ts";
import { createCounter } from "./room.ts";
import type { Room } from "./room.ts";

/** All that the server knows. */
export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly options: WorldOptions;
  readonly bots: Map<string, BotAccount>;
  readonly rooms: Room[];
  readonly files: FileStore;
  readonly limits: RateLimits;
  /** Ids that nothing else has. */
  readonly nextNumber: () => number;
}

export type WorldOptions = Required<FakeTelegramOptions>;

export function createWorld(options: WorldOptions): World {
  const count = createCounter();
  return {
    clock: options.clock,
    chance: options.chance,
    options,
    bots: new Map(),
    rooms: [],
    files: createFileStore(options.chance),
    limits: createRateLimits(options.clock, options.limits),
    nextNumber: () => 1000 + count(),
  };
}

export function addRoom(
  world: World,
  room: Pick<Room, "id" | "type" | "title" | "people" | "nextId"> & { forum?: boolean },
): Room {
  const added: Room = {
    forum: false,
    ...room,
    members: new Map(),
    topics: new Map(),
    entries: new Map(),
    actions: [],
    drafts: [],
    destroyed: false,
    migratedTo: null,
    lastBot: null,
  };
  world.rooms.push(added);
  return added;
}

/** The chat that a bot means, if it may act there; otherwise throws as Telegram refuses. */
export function roomFor(
  world: World,
  bot: BotAccount,
  options: { chatId: string; access: "read" | "write" },
): Room {
  const { chatId, access } = options;
  if (chatId === "") throw badRequest("chat_id is empty");
  const room = world.rooms.find(
    (one) => String(one.id) === chatId && one.members.has(bot) && !one.destroyed,
  );
  if (room === undefined) throw badRequest("chat not found");
  if (room.migratedTo !== null) {
    throw new BotError(400, "Bad Request: group chat was upgraded to a supergroup chat", {
      migrate_to_chat_id: room.migratedTo,
    });
  }
  if (room.members.get(bot) !== "kicked") return room;
  if (room.type !== "private") throw forbidden(`bot was kicked from the ${room.type} chat`);
  if (access === "write") throw forbidden("bot was blocked by the user");
  return room;
}

export function personIn(room: Room, from: FakePerson | undefined): FakePerson {
  const person = from ?? room.people[0];
  if (person === undefined) throw new Error(`nobody is in the chat ${room.title}`);
  return person;
}
