import { z } from "zod";

/** What finds an agent's session again, kept by the gateway for the conversation. */
export interface Cursor {
  /** As the agent calls itself: another one knows nothing of this one's sessions. */
  readonly agent: string;
  readonly sessionId: string;
  /** The workspace: an agent finds a session only in its own folder. */
  readonly cwd: string;
  /** Messages that the agent was given in it and answered to the end: what a replay must at least hold. */
  readonly entries: number;
  /** The last turn of which it was told; what others said since is new to it. */
  readonly turn: string | null;
}

const CURSOR = z.object({
  agent: z.string(),
  sessionId: z.string().min(1),
  cwd: z.string(),
  entries: z.number(),
  turn: z.string().nullable(),
});

/** Null for anything else: it is then begun anew. */
export function parseCursor(value: unknown): Cursor | null {
  return CURSOR.safeParse(value).data ?? null;
}
