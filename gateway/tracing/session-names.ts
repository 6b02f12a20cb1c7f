import { createHmac } from "node:crypto";

import { z } from "zod";

import type { Chance } from "../../sessions/clock.ts";
import type { Engine } from "../../sessions/engine.ts";
import type { SessionKey } from "../../sessions/ids.ts";

const SALT = { space: "trace", key: "salt" } as const;
const saltShape = z.string().min(32);

/**
 * What a session is called in spans. Its key holds the ids of a chat and a person, few enough to try them all: so it is hashed
 * with a secret of this store, and is the same word over restarts.
 */
export async function sessionNames(
  engine: Pick<Engine, "keyed" | "commit">,
  chance: Chance,
): Promise<(key: SessionKey) => string> {
  const found = saltShape.safeParse(await engine.keyed(SALT.space, SALT.key)).data;
  const salt = found ?? makeSalt(chance);
  if (found === undefined) {
    await engine.commit({ keyed: [{ ...SALT, value: salt, ttlMs: null }] });
  }
  return (key) => createHmac("sha256", salt).update(key).digest("hex").slice(0, 16);
}

function makeSalt(chance: Chance): string {
  const part = (): string =>
    chance
      .int(2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return Array.from({ length: 4 }, part).join("");
}
