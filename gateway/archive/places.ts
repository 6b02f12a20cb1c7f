import { createHash } from "node:crypto";
import { join } from "node:path";

import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import { sessionIdShape } from "../../sessions/stored/id-shape.ts";
import type { Core } from "../core.ts";

/** In the state directory; a backup takes it along. */
export const ARCHIVE = "archive";

/** Names of a file system have 255 bytes; the keys of most chats are far shorter. */
const LONGEST = 180;

export function archivePlace({ settings }: Pick<Core, "settings">): string {
  return join(settings.stateDir, ARCHIVE);
}

/** The archived conversations of one key. */
export function keyPlace(core: Pick<Core, "settings">, key: SessionKey): string {
  const name = encodeURIComponent(key);
  if (name.length <= LONGEST) return join(archivePlace(core), name);
  const rest = createHash("sha256").update(key).digest("hex").slice(0, 32);
  return join(archivePlace(core), `${name.slice(0, LONGEST)}~${rest}`);
}

export interface ArchiveName {
  readonly session: SessionId;
  /** Since when nobody needed it: epoch ms, in whole seconds. */
  readonly restsSince: number;
}

/** `2026-01-31T12-00-00Z_ses_….jsonl.gz`: an archive that is written again after a crash has the name of the first. */
export function formatArchiveName({ session, restsSince }: ArchiveName): string {
  const time = new Date(restsSince).toISOString().slice(0, 19).replaceAll(":", "-");
  return `${time}Z_${encodeURIComponent(session)}.jsonl.gz`;
}

/** Null when it is something else. */
export function parseArchiveName(name: string): ArchiveName | null {
  const [, day, time, session] = NAME.exec(name) ?? [];
  if (day === undefined || time === undefined || session === undefined) return null;
  const restsSince = Date.parse(`${day}T${time.replaceAll("-", ":")}Z`);
  const id = sessionIdShape.safeParse(decoded(session));
  return Number.isNaN(restsSince) || !id.success ? null : { session: id.data, restsSince };
}

/** Empty when nobody here has written it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

const NAME = /^(\d{4}-\d\d-\d\d)T(\d\d-\d\d-\d\d)Z_([\w.%-]+)\.jsonl\.gz$/;
