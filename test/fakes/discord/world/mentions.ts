import type { ChannelState, World } from "./world.ts";

export interface AllowedMentions {
  readonly parse?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly replied_user?: boolean | undefined;
}

export interface Mentions {
  /** Who is mentioned: ids of users the network knows. */
  readonly mentions: readonly string[];
  readonly mentionsEveryone: boolean;
  /** Whose phones ring. */
  readonly pings: readonly string[];
}

export interface MentionContext {
  readonly channel: ChannelState;
  /** Whom a reply answers. */
  readonly answered: string | null;
  /** Null: all that is written, as of a person. */
  readonly allowed: AllowedMentions | null;
}

/** A mention in a code block is none. */
const CODE = /```[\s\S]*?```|`[^`\n]*`/g;

export function mentionsIn(
  world: World,
  text: string,
  { channel, answered, allowed }: MentionContext,
): Mentions {
  const plain = text.replaceAll(CODE, "");
  const written = [...plain.matchAll(/<@!?(\d+)>/g)]
    .map(([, id = ""]) => id)
    .filter((id) => world.people.has(id));
  const isEveryone = /@(everyone|here)\b/.test(plain) && channel.guild !== null;
  const pingsAnswered = answered !== null && (allowed === null || allowed.replied_user !== false);
  const users = new Set(written);
  if (answered !== null && pingsAnswered) users.add(answered);
  const mayPing = (id: string): boolean =>
    allowed === null ||
    (id === answered && pingsAnswered) ||
    (allowed.parse?.includes("users") ?? allowed.users === undefined) ||
    (allowed.users?.includes(id) ?? false);
  const pingsEveryone =
    isEveryone && (allowed === null || (allowed.parse?.includes("everyone") ?? false));
  return {
    mentions: [...users],
    mentionsEveryone: pingsEveryone,
    pings: [...[...users].filter(mayPing), ...(pingsEveryone ? ["everyone"] : [])],
  };
}
