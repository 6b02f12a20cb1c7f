import type { FakeDiscord, SeenMessage } from "../../fakes/discord/fake-discord.ts";
import type { Person } from "../../fakes/discord/people.ts";
import type { Conversation } from "../verdict.ts";
import type { StoredMessage } from "./stored.ts";

/** One person in one place: on Discord that is one conversation. */
export interface Speaker {
  readonly name: string;
  readonly channel: string;
  readonly person: Person;
  /** What names the bot where it must be named. */
  readonly prefix: string;
}

/** Two people, each alone with the bot and in a server's channel, and one of them in a thread. */
export function createSpeakers(discord: FakeDiscord): readonly Speaker[] {
  const { people, home, bot } = discord;
  const ada = home.person;
  const bea = people.person("Bea");
  people.join(home.guild, bea);
  const thread = people.thread(home.channel, { name: "plans", by: ada });
  const prefix = `<@${bot.id}> `;
  return [
    { name: "Ada", channel: people.dm(ada), person: ada, prefix: "" },
    { name: "Bea", channel: people.dm(bea), person: bea, prefix: "" },
    { name: "Ada in a channel", channel: home.channel, person: ada, prefix },
    { name: "Bea in a channel", channel: home.channel, person: bea, prefix },
    { name: "Ada in a thread", channel: thread, person: ada, prefix },
  ];
}

export function say(discord: FakeDiscord, speaker: Speaker, text: string): string {
  const { channel, person, prefix } = speaker;
  return discord.people.say(channel, `${prefix}${text}`, { author: person });
}

/** What people see, by speaker. What was found after an absence is a question together with what came with it. */
export function conversations(
  discord: FakeDiscord,
  speakers: readonly Speaker[],
  stored: readonly StoredMessage[],
): readonly Conversation[] {
  const late = lateQuestions(stored);
  return speakers.map((speaker) => {
    const { name, channel, person, prefix } = speaker;
    const seen = discord.seen(channel);
    const authors = new Map(seen.map(({ id, author }) => [id, author.id]));
    const isFirst = speakers.find((one) => one.channel === channel) === speaker;
    const isMine = (one: SeenMessage): boolean => {
      // What Discord itself says in a person's name, such as that a thread was opened, names nobody.
      if (one.author.id === person.id) return one.content.startsWith(prefix);
      if (one.author.id !== discord.bot.id) return false;
      const asked = authors.get(one.replyTo ?? "");
      return asked === person.id || (asked === undefined && isFirst);
    };
    const messages = seen.filter(isMine).flatMap((one) => {
      const byBot = one.author.id === discord.bot.id;
      const own = byBot ? one.content : one.content.slice(prefix.length);
      const asked = late.get(one.id);
      const text = byBot || asked === undefined ? own : asked;
      return text === null ? [] : [{ id: one.id, byBot, text, replyTo: one.replyTo }];
    });
    return { name, messages };
  });
}

/** The words that a turn of late messages is asked with, at its first one; null: it went along with an earlier one. */
function lateQuestions(stored: readonly StoredMessage[]): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  const turns = Map.groupBy(
    stored.filter(({ isLate, turn }) => isLate && turn !== null),
    ({ turn }) => turn,
  );
  for (const messages of turns.values()) {
    const texts = messages.map(({ text }) => text).join(" / ");
    for (const [at, { id }] of messages.entries()) {
      found.set(id, at === 0 ? `(Sent while I was offline.)\n${texts}` : null);
    }
  }
  return found;
}
