import { z } from "zod";
import type { KeyedSpace, KeyedWrite } from "../keyed-values.ts";
import type { Connection } from "./connection.ts";
import { openKeyvSpace } from "./keyv-space.ts";
import type { KeyvSpace } from "./keyv-space.ts";
import { parseItem } from "./table.ts";
import type { Parsed } from "./table.ts";

/** What lives in Keyv, over one connection. */
export type Spaces = Readonly<Record<KeyedSpace | "session", KeyvSpace>>;

export async function openSpaces(connection: Connection): Promise<Spaces> {
  const open = (name: string): Promise<KeyvSpace> => openKeyvSpace(connection, `keyv_${name}`);
  return {
    session: await open("session"),
    cursor: await open("cursor"),
    access: await open("access"),
    grant: await open("grant"),
    dedupe: await open("dedupe"),
    settings: await open("settings"),
    notice: await open("notice"),
    agent: await open("agent"),
    trace: await open("trace"),
  };
}

export interface KeyedStore {
  readonly connection: Connection;
  readonly spaces: Spaces;
}

/**
 * Our clock decides when a value's time is over, so the end is stored beside the value:
 * Keyv's own time to live reads the machine's clock, and deletes while it reads.
 */
interface Kept {
  readonly value?: unknown;
  readonly expiresAt: number | null;
}

const keptShape: z.ZodType<Kept> = z.looseObject({
  value: z.unknown(),
  expiresAt: z.number().nullable(),
});

export async function writeKeyed(store: KeyedStore, write: KeyedWrite, now: number): Promise<void> {
  const { space, key, value, ttlMs } = write;
  if (value === null || value === undefined) return removeKeyed(store, { space, key });
  const kept: Kept = { value, expiresAt: ttlMs === null ? null : now + ttlMs };
  await store.spaces[space].set(key, kept);
  if (kept.expiresAt === null) {
    store.connection.run("DELETE FROM keyed_expiry WHERE space = ? AND key = ?", space, key);
    return;
  }
  store.connection.run(
    "INSERT OR REPLACE INTO keyed_expiry (space, key, expires_at) VALUES (?, ?, ?)",
    space,
    key,
    kept.expiresAt,
  );
}

export async function readKeyed(
  space: KeyvSpace,
  place: { readonly name: KeyedSpace; readonly key: string; readonly now: number },
): Promise<Parsed<unknown>> {
  const kept = await space.get(place.key);
  if (kept === null) return { ok: true, item: null };
  const table = { name: `keyv_${place.name}`, shape: keptShape };
  const parsed = parseItem(table, { id: place.key, toItem: () => kept });
  if (!parsed.ok) return parsed;
  const { value, expiresAt } = parsed.item;
  return { ok: true, item: expiresAt !== null && expiresAt <= place.now ? null : (value ?? null) };
}

/** Says how many went. */
export async function removeExpired(
  store: KeyedStore,
  before: { readonly now: number; readonly limit: number },
): Promise<number> {
  let gone = 0;
  for (const space of KEYED) {
    const rows = store.connection.all(
      "SELECT key FROM keyed_expiry WHERE space = ? AND expires_at <= ? LIMIT ?",
      space,
      before.now,
      before.limit - gone,
    );
    for (const row of rows) await removeKeyed(store, { space, key: String(row["key"]) });
    gone += rows.length;
  }
  return gone;
}

const KEYED = [
  "cursor",
  "access",
  "grant",
  "dedupe",
  "settings",
  "notice",
  "agent",
  "trace",
] as const satisfies readonly KeyedSpace[];

async function removeKeyed(
  store: KeyedStore,
  place: { readonly space: KeyedSpace; readonly key: string },
): Promise<void> {
  await store.spaces[place.space].delete(place.key);
  store.connection.run(
    "DELETE FROM keyed_expiry WHERE space = ? AND key = ?",
    place.space,
    place.key,
  );
}
