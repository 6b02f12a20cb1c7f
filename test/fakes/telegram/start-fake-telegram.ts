import { realChance, realClock } from "../../../sessions/real-time.ts";

import { addBot } from "./bot-handle.ts";
import { chatHandle, join } from "./chat-handle.ts";
import type {
  FakeBot,
  FakeChat,
  FakePerson,
  FakeTelegram,
  FakeTelegramOptions,
} from "./fake-telegram.ts";
import { createFaults } from "./faults.ts";
import { FIRST_ID_IN_GROUP, createCounter } from "./room.ts";
import type { Membership, Room } from "./room.ts";
import { startServer } from "./server.ts";
import { addRoom, createWorld } from "./world.ts";
import type { WorldOptions } from "./world.ts";

const DEFAULTS: WorldOptions = {
  clock: realClock,
  chance: realChance,
  limits: "telegram",
  allowHttpWebhooks: false,
  callbackLifeMs: 15_000,
  keepUpdatesMs: 24 * 3_600_000,
  uploadLimit: 50 * 1024 * 1024,
  downloadLimit: 20 * 1024 * 1024,
  pollBrakes: true,
};

/** Starts the server on a free port of loopback. */
export async function startFakeTelegram(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
  const world = createWorld({ ...DEFAULTS, ...options });
  const faults = createFaults();
  const server = await startServer(world, faults);
  const privateChats = new Map<string, FakeChat>();
  let stopping: Promise<void> | null = null;

  function admit(room: Room, bots: readonly FakeBot[], membership: Membership): void {
    for (const { token } of bots) {
      const account = world.bots.get(token);
      if (account !== undefined) room.members.set(account, membership);
    }
  }

  function privateChat(person: FakePerson, bot: FakeBot): FakeChat {
    const key = `${person.id}:${bot.id}`;
    const known = privateChats.get(key);
    if (known !== undefined) return known;
    const account = world.bots.get(bot.token);
    const room = addRoom(world, {
      id: person.id,
      type: "private",
      title: person.first_name,
      people: [person],
      nextId: account?.nextMessageId ?? createCounter(),
    });
    admit(room, [bot], "member");
    const chat = chatHandle(world, room);
    privateChats.set(key, chat);
    return chat;
  }

  return {
    url: server.url,
    faults: { ...faults.knobs, outage: server.outage, restore: server.restore },
    calls: server.calls,
    callsOf: (method) => server.calls.filter((call) => call.method === method.toLowerCase()),
    bot: (botOptions = {}) => addBot(world, botOptions),
    person: (firstName, { username, id } = {}) => ({
      id: id ?? 100_000 + world.nextNumber(),
      is_bot: false,
      first_name: firstName,
      ...(username === undefined ? {} : { username }),
    }),
    privateChat,
    group(title, { people, bots, admins = [], basic = false, forum = false }) {
      if (basic && forum) throw new Error("a basic group has no topics");
      const room = addRoom(world, {
        id: basic ? -world.nextNumber() : -1_000_000_000_000 - world.nextNumber(),
        type: basic ? "group" : "supergroup",
        title,
        people: [],
        forum,
        nextId: createCounter(FIRST_ID_IN_GROUP),
      });
      join(room, people);
      admit(room, bots, "member");
      admit(room, admins, "administrator");
      return chatHandle(world, room);
    },
    channel(title, { bots }) {
      const room = addRoom(world, {
        id: -1_000_000_000_000 - world.nextNumber(),
        type: "channel",
        title,
        people: [],
        nextId: createCounter(FIRST_ID_IN_GROUP),
      });
      admit(room, bots, "administrator");
      return chatHandle(world, room);
    },
    setLimits: (limits) => world.limits.set(limits),
    stop() {
      for (const bot of world.bots.values()) {
        bot.webhook.stop();
        bot.poll.stop();
      }
      stopping ??= server.stop();
      return stopping;
    },
  };
}
