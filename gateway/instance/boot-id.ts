import { z } from "zod";

import type { BootId } from "../../sessions/ids.ts";

/** A boot's id, read back from a file of ours. */
export const bootId = z.custom<BootId>(
  (value) => typeof value === "string" && /^boot_[0-9a-z]+$/.test(value),
);
