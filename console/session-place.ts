/** A session key, taken apart for reading: `network:account:chat[:thread][:user]`. */
export interface SessionPlace {
  readonly network: string;
  readonly account: string;
  readonly chat: string;
  readonly thread: string | null;
  readonly user: string | null;
}

/** What is no session key is shown whole, as a chat. */
export function splitKey(key: string): SessionPlace {
  const [network = "", account = "", chat = "", thread = "", user = ""] = key
    .split(":")
    .map(decode);
  if (chat === "") return { network: "", account: "", chat: key, thread: null, user: null };
  return { network, account, chat, thread: thread || null, user: user || null };
}

/** Where it is, in words: all but the chat. */
export function placeWords({ network, account, thread, user }: SessionPlace): string {
  return [
    network,
    account,
    thread === null ? "" : `thread ${thread}`,
    user === null ? "" : `user ${user}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function decode(part: string): string {
  return part.replaceAll("%3A", ":").replaceAll("%25", "%");
}
