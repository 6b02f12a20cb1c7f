import { createHash } from "node:crypto";

import type { OutboxId } from "../../../sessions/ids.ts";

/** Discord takes no longer one. */
const LONGEST = 25;

/** [E09] The same for each try of one row, also after a crash. */
export function nonceOf(id: OutboxId): string {
  if (id.length <= LONGEST) return id;
  return createHash("sha256").update(id).digest("base64url").slice(0, LONGEST);
}
