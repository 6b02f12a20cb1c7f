import type { FakeDiscord, SeenMessage } from "../../fakes/discord/fake-discord.ts";
import { readJournal } from "../journal.ts";
import type { DiscordWorld } from "./discord-world.ts";

/** What the bot shows there now. */
export function answers({ bot, seen }: FakeDiscord, channel: string): readonly SeenMessage[] {
  return seen(channel).filter(({ author }) => author.id === bot.id);
}

export function texts(discord: FakeDiscord, channel: string): readonly string[] {
  return answers(discord, channel).map(({ content }) => content);
}

/** Calls that place a message. */
export function sends({ records }: FakeDiscord): FakeDiscord["records"]["calls"] {
  return records.calls.filter(
    ({ method, route }) => method === "POST" && route === "/channels/:channel/messages",
  );
}

export function historyReads({ records }: FakeDiscord): number {
  return records.calls.filter(
    ({ method, route }) => method === "GET" && route === "/channels/:channel/messages",
  ).length;
}

/** What is wrong in the store of a gateway that has ended. */
export function remains({ stateDir }: DiscordWorld): readonly string[] {
  return Object.entries(readJournal(stateDir)).flatMap(
    ([what, rows]: [string, readonly string[]]) => rows.map((row) => `${what}: ${row}`),
  );
}

/** What is to be seen is known to be sent: a kill now makes no repeat of it. */
export function isStored({ stateDir }: DiscordWorld): boolean {
  return readJournal(stateDir).unsentReplies.length === 0;
}
