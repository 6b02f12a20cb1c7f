export const UNKNOWN_CHANNEL = 10_003;

/** What Discord's refusals mean for a person. https://docs.discord.com/developers/topics/opcodes-and-status-codes */
const WORDS: Readonly<Record<number, string>> = {
  10003: "the channel or thread is gone",
  10008: "the message is gone",
  10013: "there is no such person",
  40005: "the file is too large for this server",
  40060: "it was answered before",
  50001: "the bot may not see this channel",
  40058: "in a forum, a post is opened before something is said in it",
  50005: "the message is not the bot's own",
  50006: "the message is empty",
  50007: "this person takes no messages from the bot",
  50008: "nothing can be written in a channel of this kind",
  50013: "the bot may not write in this channel",
  50083: "the thread is archived and locked",
  50278: "this person shares no server with the bot",
  160002: "the bot may not read what it answers",
  160005: "the thread is locked",
};

export function refusalOf(code: number | null, message: string): string {
  const words = code === null ? WORDS[40005] : WORDS[code];
  // Discord's messages name the field at fault, one in each line.
  return (
    words ?? `Discord refused it: ${message.replaceAll(/\s*\n\s*/g, "; ").slice(0, 300)} (${code})`
  );
}
