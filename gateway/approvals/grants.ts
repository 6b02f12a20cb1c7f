import { z } from "zod";

import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import type { RequestId, SessionKey } from "../../sessions/ids.ts";
import { requestIdShape } from "../../sessions/stored/id-shape.ts";
import type { Core } from "../core.ts";

/** What a person allowed for good: the same thing, by the same worker, in the same chat. */
export interface StandingGrant {
  /** The request by whose answer it was given; it names the grant. */
  readonly id: RequestId;
  readonly worker: string;
  readonly fingerprint: string;
  /** As the question put it. */
  readonly title: string;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

/** More than anybody looks through; the oldest goes, and is asked again. */
const GRANT_LIMIT = 100;

const stored: z.ZodType<readonly StandingGrant[]> = z.array(
  z.object({
    id: requestIdShape,
    worker: z.string(),
    fingerprint: z.string(),
    title: z.string(),
    by: z.string(),
    at: z.number(),
  }),
);

/** The oldest first. What cannot be read allows nothing. */
export async function grantsOf(
  { engine }: Pick<Core, "engine">,
  key: SessionKey,
): Promise<readonly StandingGrant[]> {
  const parsed = stored.safeParse(await engine.keyed("grant", key));
  return parsed.success ? parsed.data : [];
}

export function findGrant(
  grants: readonly StandingGrant[],
  { worker, fingerprint }: Pick<StandingGrant, "worker" | "fingerprint">,
): StandingGrant | undefined {
  return grants.find((one) => one.worker === worker && one.fingerprint === fingerprint);
}

/** To be written between two transitions of the session, as all of its grants are one value. */
export function withGrant(
  key: SessionKey,
  grants: readonly StandingGrant[],
  grant: StandingGrant,
): KeyedWrite {
  const others = grants.filter((one) => findGrant([one], grant) === undefined);
  return write(key, [...others, grant].slice(-GRANT_LIMIT));
}

export function withoutGrants(
  key: SessionKey,
  grants: readonly StandingGrant[],
  gone: readonly StandingGrant[],
): KeyedWrite {
  return write(
    key,
    grants.filter((one) => !gone.includes(one)),
  );
}

function write(key: SessionKey, grants: readonly StandingGrant[]): KeyedWrite {
  return { space: "grant", key, value: grants.length === 0 ? null : grants, ttlMs: null };
}
