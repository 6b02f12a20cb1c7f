import { z } from "zod";

import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import type { Address } from "../../sessions/message.ts";
import type { HashedCode } from "./code.ts";

/** What was decided about a person, besides the configuration. */
export interface Person {
  readonly network: string;
  readonly user: string;
  /** As they called themselves; empty when nobody knows. Never used to decide. */
  readonly name: string;
  /** `denied` outranks the configuration. */
  readonly standing: "user" | "operator" | "denied";
  readonly at: number;
  /** Who decided it. */
  readonly by: string;
}

/** A stranger who was given a code, and waits for somebody to vouch for them. */
export interface Knock extends HashedCode {
  readonly network: string;
  readonly user: string;
  readonly name: string;
  /** Where they are told that they are in. */
  readonly address: Address;
  readonly at: number;
  readonly expiresAt: number;
}

/** When somebody typed codes that were wrong. */
export interface Tries {
  readonly by: string;
  readonly times: readonly number[];
}

export type AccessEntry =
  | { readonly kind: "person"; readonly person: Person }
  | { readonly kind: "knock"; readonly knock: Knock }
  | { readonly kind: "tries"; readonly tries: Tries };

/** `value` null: it is no more. */
export type AccessChange =
  | AccessEntry
  | {
      readonly kind: "person_gone" | "knock_gone";
      readonly network: string;
      readonly user: string;
    };

const who = { network: z.string(), user: z.string(), name: z.string() };

const address = z.object({
  network: z.string(),
  account: z.string(),
  chat: z.string(),
  thread: z.string().nullable(),
});

const shape: z.ZodType<AccessEntry> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("person"),
    person: z.object({
      ...who,
      standing: z.enum(["user", "operator", "denied"]),
      at: z.number(),
      by: z.string(),
    }),
  }),
  z.object({
    kind: z.literal("knock"),
    knock: z.object({
      ...who,
      salt: z.string(),
      hash: z.string(),
      address,
      at: z.number(),
      expiresAt: z.number(),
    }),
  }),
  z.object({
    kind: z.literal("tries"),
    tries: z.object({ by: z.string(), times: z.array(z.number()) }),
  }),
]);

/** Null: nothing of ours. */
export function parseEntry(value: unknown): AccessEntry | null {
  const parsed = shape.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** `now` in epoch ms, for what is over after a while. */
export function toKeyed(change: AccessChange, now: number): KeyedWrite {
  const space = "access";
  switch (change.kind) {
    case "person": {
      const key = keyOf("person", change.person);
      return { space, key, value: change, ttlMs: null };
    }
    case "knock": {
      const { knock } = change;
      const ttlMs = Math.max(1, knock.expiresAt - now);
      return { space, key: keyOf("knock", knock), value: change, ttlMs };
    }
    case "tries": {
      const key = `tries:${encodeURIComponent(change.tries.by)}`;
      const value = change.tries.times.length === 0 ? null : change;
      return { space, key, value, ttlMs: TRIES_MS };
    }
    case "person_gone":
      return { space, key: keyOf("person", change), value: null, ttlMs: null };
    case "knock_gone":
      return { space, key: keyOf("knock", change), value: null, ttlMs: null };
  }
}

/** Time after which a wrong code is forgotten. */
export const TRIES_MS = 60 * 60_000;

function keyOf(kind: string, { network, user }: Pick<Person, "network" | "user">): string {
  return `${kind}:${encodeURIComponent(network)}:${encodeURIComponent(user)}`;
}
