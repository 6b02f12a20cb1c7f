import type { SessionKey } from "../../sessions/ids.ts";
import { keyShape } from "../../sessions/stored/id-shape.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import { grantsOf, withoutGrants } from "./grants.ts";
import type { StandingGrant } from "./grants.ts";

export type BookedGrant = StandingGrant & { readonly key: SessionKey };

/** What was allowed for good, over all chats. */
export async function listGrants(core: Core): Promise<readonly BookedGrant[]> {
  const all: BookedGrant[] = [];
  for (const text of await core.engine.keys("grant")) {
    const key = keyShape.safeParse(text);
    if (!key.success) continue;
    for (const grant of await grantsOf(core, key.data)) all.push({ ...grant, key: key.data });
  }
  return all;
}

/** Ends one, by its id. False: there is none. */
export async function revokeGrant(core: Core, desk: Desk, id: string): Promise<boolean> {
  const found = (await listGrants(core)).find((one) => one.id === id);
  if (found === undefined) return false;
  const { key } = found;
  return desk.between(key, async () => {
    const grants = await grantsOf(core, key);
    const gone = grants.filter((one) => one.id === id);
    if (gone.length === 0) return false;
    await core.engine.commit({ keyed: [withoutGrants(key, grants, gone)] });
    core.log.info({ session: key, grant: id }, "standing grant revoked");
    return true;
  });
}
