import type { Chance, Clock } from "./clock.ts";

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** Names one conversation for ever: `network:account:chat[:thread][:user]`. Made by `session-key.ts` only. */
export type SessionKey = Id<"SessionKey">;
/** One run of a conversation on a key; `/new` and a clean slate make another. */
export type SessionId = Id<"SessionId">;
export type TurnId = Id<"TurnId">;
/** An inbound message as stored. The network's own id is `InboundMessage.externalId`. */
export type MessageId = Id<"MessageId">;
export type OutboxId = Id<"OutboxId">;
export type RequestId = Id<"RequestId">;
/** One life of the process. */
export type BootId = Id<"BootId">;

export interface Ids {
  session(): SessionId;
  turn(): TurnId;
  message(): MessageId;
  outbox(): OutboxId;
  request(): RequestId;
  boot(): BootId;
}

/** Ids sort by the time they were made: a prefix, the time in base 32, then chance. */
export function createIds(clock: Clock, chance: Chance): Ids {
  const make = (prefix: string): string =>
    `${prefix}_${base32(clock.now(), 9)}${base32(chance.int(2 ** 30), 6)}${base32(chance.int(2 ** 30), 6)}`;
  return {
    session: () => make("ses") as SessionId,
    turn: () => make("trn") as TurnId,
    message: () => make("msg") as MessageId,
    outbox: () => make("out") as OutboxId,
    request: () => make("req") as RequestId,
    boot: () => make("boot") as BootId,
  };
}

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

function base32(value: number, length: number): string {
  let rest = value;
  let text = "";
  for (let place = 0; place < length; place += 1) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
