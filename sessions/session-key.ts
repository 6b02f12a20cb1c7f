import type { SessionKey } from "./ids.ts";
import type { Address } from "./message.ts";

export interface SessionKeyParts {
  readonly address: Address;
  /** Set where each person of a group has a session of their own. */
  readonly user: string | null;
}

/**
 * `network:account:chat[:thread][:user]`; a user without a thread leaves its place empty
 * (`telegram:bot:42::7`). Colons and percent signs inside a part are percent-encoded.
 */
export function formatSessionKey(parts: SessionKeyParts): SessionKey {
  const { network, account, chat, thread } = parts.address;
  const all = [network, account, chat];
  if (thread !== null || parts.user !== null) all.push(thread ?? "");
  if (parts.user !== null) all.push(parts.user);
  return all.map(encode).join(":") as SessionKey;
}

/** Null when the text is not a session key. */
export function parseSessionKey(text: string): SessionKeyParts | null {
  const [network, account, chat, thread = "", user = "", ...rest] = text.split(":").map(decode);
  if (!network || !account || !chat || rest.length > 0) return null;
  return {
    address: { network, account, chat, thread: thread === "" ? null : thread },
    user: user === "" ? null : user,
  };
}

function encode(part: string): string {
  return part.replaceAll("%", "%25").replaceAll(":", "%3A");
}

function decode(part: string): string {
  return part.replaceAll("%3A", ":").replaceAll("%25", "%");
}
