import type { BotAccount } from "./bot-account.ts";
import { tell } from "./bot-account.ts";
import { deliver } from "./deliver.ts";
import type { FakeBot, FakeChat, FakePerson, FakeUpload, SayOptions } from "./fake-telegram.ts";
import { foundEntities } from "./found-entities.ts";
import { migrate } from "./migration.ts";
import { pressButton } from "./press.ts";
import { addEntry } from "./room.ts";
import type { Content, Entry, FormattedText, Membership, Room } from "./room.ts";
import { seenMessage, shownText } from "./seen.ts";
import { closeTopic, deleteTopic, openTopic } from "./topics.ts";
import { wireChat } from "./wire-message.ts";
import { personIn } from "./world.ts";
import type { World } from "./world.ts";

/** What people can do in one chat. */
export function chatHandle(world: World, room: Room): FakeChat {
  function write(content: Content, options: SayOptions, album: string | null = null): number {
    if (room.destroyed || room.migratedTo !== null) throw new Error(`${room.title} is no more`);
    if (options.thread !== undefined && !room.topics.has(options.thread)) {
      throw new Error(`no topic ${options.thread} in ${room.title}`);
    }
    const entry = addEntry(room, {
      date: world.clock.now(),
      from: room.type === "channel" ? null : personIn(room, options.from),
      content,
      thread: options.thread ?? null,
      replyTo: options.replyTo ?? null,
      album,
      more: options.more ?? {},
    });
    deliver(room, entry, "new");
    return entry.id;
  }

  function setMembership(account: BotAccount, membership: Membership): void {
    const old = room.members.get(account) ?? "kicked";
    room.members.set(account, membership);
    const person = room.people[0];
    const body = {
      chat: wireChat(room),
      from: person ?? account.user,
      date: Math.floor(world.clock.now() / 1000),
      old_chat_member: { user: account.user, status: old },
      new_chat_member: {
        user: account.user,
        status: membership,
        ...(membership === "kicked" ? { until_date: 0 } : {}),
      },
    };
    tell(account, "my_chat_member", { body, lane: room.id });
  }

  function setAll(membership: Membership): void {
    if (room.type !== "private")
      throw new Error("only a private chat can be blocked: kick the bot");
    for (const account of room.members.keys()) setMembership(account, membership);
  }

  function accountOf(bot: FakeBot): BotAccount {
    const account = world.bots.get(bot.token);
    if (account === undefined) throw new Error(`no bot ${bot.username}`);
    return account;
  }

  function entryOf(messageId: number): Entry {
    const entry = room.entries.get(messageId);
    if (entry === undefined) throw new Error(`no message ${messageId} in ${room.title}`);
    return entry;
  }

  return {
    id: room.id,
    type: room.type,
    say: (text, options = {}) => write({ kind: "text", ...written(text) }, options),
    edit(messageId, text) {
      const entry = entryOf(messageId);
      if (entry.bot !== null) throw new Error("people edit only what people wrote");
      const { content } = entry;
      entry.content =
        content.kind === "media"
          ? { ...content, caption: written(text) }
          : { kind: "text", ...written(text) };
      entry.editDate = world.clock.now();
      deliver(room, entry, "edited");
    },
    send: (upload, options = {}) => write(media(world, upload, options.caption), options),
    album(uploads, options = {}) {
      const album = String(world.nextNumber());
      return uploads.map((upload, index) =>
        write(media(world, upload, index === 0 ? options.caption : undefined), options, album),
      );
    },
    press: (messageId, button, from) =>
      pressButton(world, room, { entry: entryOf(messageId), button, person: personIn(room, from) }),
    remove(messageId) {
      room.entries.delete(entryOf(messageId).id);
    },
    openTopic: (name, from) => openTopic(world, room, { name, person: personIn(room, from) }),
    closeTopic: (thread) => closeTopic(world, room, { thread, closed: true }),
    reopenTopic: (thread) => closeTopic(world, room, { thread, closed: false }),
    deleteTopic: (thread) => deleteTopic(room, thread),
    block: () => setAll("kicked"),
    unblock: () => setAll("member"),
    kick: (bot) => setMembership(accountOf(bot), "kicked"),
    invite: (bot) => setMembership(accountOf(bot), "member"),
    destroy() {
      room.destroyed = true;
    },
    migrate: () => chatHandle(world, migrate(world, room)),
    seen: () => [...room.entries.values()].map((entry) => seenMessage(room, entry)),
    message(messageId) {
      const entry = room.entries.get(messageId);
      return entry === undefined ? undefined : seenMessage(room, entry);
    },
    texts: () =>
      [...room.entries.values()]
        .filter(({ bot }) => bot !== null)
        .map(({ content }) => shownText(content).text),
    actions: room.actions,
    drafts: room.drafts,
  };
}

function written(text: string): FormattedText {
  return { text, entities: foundEntities(text) };
}

function media(world: World, upload: FakeUpload, caption = ""): Content {
  return { kind: "media", file: world.files.add(upload), caption: written(caption) };
}

/** Puts people into a room's list once. */
export function join(room: Room, people: readonly FakePerson[]): void {
  for (const person of people) if (!room.people.includes(person)) room.people.push(person);
}
