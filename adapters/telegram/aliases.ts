import { z } from "zod";

import type { AdapterHost } from "../adapter.ts";

/**
 * Chats that got another id when they became supergroups. Sessions keep the first id for ever; what is sent goes
 * to the newest.
 */
export interface Aliases {
  /** The id that sessions know, of any id that the chat has had. */
  canonical(chat: string): string;
  /** The id that Telegram knows now. */
  actual(chat: string): string;
  /** Resolves when it is stored. Rejects as `accept` does: it then counts in this life
   * only, until it is learnt again. */
  learn(old: string, now: string): Promise<void>;
}

export type AliasStore = Pick<AdapterHost, "accept" | "cursor">;

const CURSOR = "aliases";

/** New id → old id. */
const stored = z.record(z.string(), z.string());

export async function loadAliases(store: AliasStore): Promise<Aliases> {
  const found = stored.safeParse(await store.cursor(CURSOR));
  const before = new Map(found.success ? Object.entries(found.data) : []);
  let isUnsaved = false;
  const after = new Map([...before].map(([now, old]) => [old, now]));
  return {
    canonical: (chat) => follow(before, chat),
    actual: (chat) => follow(after, chat),
    async learn(old, now) {
      const isNew = before.get(now) !== old && follow(after, now) !== old;
      if (isNew) {
        before.set(now, old);
        after.set(old, now);
      }
      if (!isNew && !isUnsaved) return;
      isUnsaved = true;
      const value = Object.fromEntries(before);
      await store.accept([], [{ space: "cursor", key: CURSOR, value, ttlMs: null }]);
      isUnsaved = false;
    },
  };
}

function follow(links: ReadonlyMap<string, string>, from: string): string {
  let chat = from;
  for (let next = links.get(chat); next !== undefined; next = links.get(chat)) chat = next;
  return chat;
}
