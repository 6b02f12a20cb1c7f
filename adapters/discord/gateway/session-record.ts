import { z } from "zod";

/** What a RESUME needs; kept as a cursor, so that another process can resume. */
export interface SessionRecord {
  readonly id: string;
  readonly resumeUrl: string;
  /** Of the last event that is dealt with. */
  readonly sequence: number;
  /** How many shards there were: with another number a session is worth nothing. */
  readonly shards: number;
}

const shape = z.object({
  id: z.string().min(1),
  resumeUrl: z.url({ protocol: /^wss?$/ }),
  sequence: z.int().min(0),
  shards: z.int().min(1),
});

export const sessionKey = (shard: number): string => `session:${shard}`;

/** Null: there is none, or none that can be resumed. */
export function parseSession(stored: unknown): SessionRecord | null {
  const parsed = shape.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
