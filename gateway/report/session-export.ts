import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";
import { archivedFiles } from "../archive/archived-files.ts";
import type { ArchivedFile } from "../archive/archived-files.ts";
import type { Core } from "../core.ts";

/** All that was said under one key. */
export interface SessionExport {
  readonly key: SessionKey;
  /** The oldest first; the last one is the present one. */
  readonly conversations: readonly {
    readonly session: SessionId;
    readonly entries: readonly TranscriptEntry[];
  }[];
  /** Earlier ones that left the store, the oldest first. */
  readonly archived: readonly ArchivedFile[];
  /** False: the oldest entries are left out. */
  readonly isWhole: boolean;
}

/** It is one answer, which is made in memory. */
const MOST_ENTRIES = 20_000;

export async function exportSession(core: Core, key: SessionKey): Promise<SessionExport | null> {
  const session = await core.engine.session(key);
  if (session === null) return null;
  const ids = [...session.past.map(({ id }) => id), session.id];
  const conversations: { session: SessionId; entries: readonly TranscriptEntry[] }[] = [];
  let left = MOST_ENTRIES;
  let isWhole = true;
  for (const id of new Set(ids.toReversed())) {
    const found = await core.engine.transcript(id, left + 1);
    const entries = found.length > left ? found.slice(found.length - left) : found;
    isWhole &&= entries.length === found.length;
    left -= entries.length;
    if (entries.length > 0) conversations.unshift({ session: id, entries });
  }
  // What the store has was not taken from it yet: a kill may leave a conversation in both.
  const archived = (await archivedFiles(core, key)).filter((one) => !ids.includes(one.session));
  return { key, conversations, archived, isWhole };
}
