import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import type { Conversation } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { PRIVATE } from "../files/places.ts";

interface Place {
  readonly key: SessionKey;
  readonly session: SessionId;
  /** By its name in the configuration. */
  readonly worker: string;
}

/** What a worker is told of a conversation before its turn. */
export async function conversationOf(core: Core, place: Place): Promise<Conversation> {
  const { key, session, worker } = place;
  const workspace = workspaceOf(core, place);
  mkdirSync(workspace, { recursive: true, mode: PRIVATE.directory });
  const cursor = await core.engine.keyed("agent", cursorKey({ session, worker }));
  return { key, session, cursor, workspace };
}

/** What the worker wants to find again, for as long as turns are kept: another worker of the same conversation has its own. */
export function cursorWrite(
  { settings }: Core,
  place: Pick<Place, "session" | "worker">,
  value: unknown,
): KeyedWrite {
  return { space: "agent", key: cursorKey(place), value, ttlMs: settings.retention.turnsMs };
}

function cursorKey({ session, worker }: Pick<Place, "session" | "worker">): string {
  return `${session}:${worker}`;
}

/** One for all sessions where that is configured, else one for each: it outlives `/new`. */
export function workspaceOf(core: Core, { key, worker }: Omit<Place, "session">): string {
  const { stateDir, workers } = core.settings;
  const settings = workers[worker];
  const shared = settings !== undefined && "workspace" in settings ? settings.workspace : null;
  if (shared !== null) return resolve(stateDir, shared);
  const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
  return join(stateDir, "workspaces", name);
}
