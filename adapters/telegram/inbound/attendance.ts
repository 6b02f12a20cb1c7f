import { z } from "zod";

import type { Clock } from "../../../sessions/clock.ts";
import type { KeyedWrite } from "../../../sessions/keyed-values.ts";
import type { AdapterHost } from "../../adapter.ts";

/** When we were last there to take updates, so that an absence in which Telegram forgot some is told. */
export interface Attendance {
  /**
   * Telegram answered with these, which may be none. Tells a gap, if there was one, and rejects when that could not
   * be stored. What it returns is to be stored with them: nothing, when they are none and the last write is fresh.
   */
  present(updates: readonly number[]): Promise<readonly KeyedWrite[]>;
}

type AttendanceHost = Pick<AdapterHost, "cursor" | "gap">;

const CURSOR = "polled";
/** As long as Telegram keeps what nobody takes. */
const KEPT_MS = 24 * 60 * 60_000;
const QUIET_WRITE_MS = 5 * 60_000;
/** Numbers that are further apart have begun anew, as they do after a week without updates. */
const SEQUENTIAL = 100_000;

const stored = z.object({
  bot: z.int(),
  /** Epoch ms. */
  at: z.number(),
  /** The latest update; null: there was none yet. */
  update: z.int().nullable(),
});

/** Reads what an earlier life wrote; whose life it was shows when the bot is known. */
export async function loadAttendance(
  host: AttendanceHost,
  clock: Clock,
): Promise<(bot: number) => Attendance> {
  const found = stored.safeParse(await host.cursor(CURSOR));
  const earlier = found.success ? found.data : null;
  return (bot) => createAttendance(host, clock, { bot, earlier });
}

function createAttendance(
  host: AttendanceHost,
  clock: Clock,
  { bot, earlier }: { readonly bot: number; readonly earlier: z.infer<typeof stored> | null },
): Attendance {
  // Another bot's absence is not this one's.
  let last = earlier?.bot === bot ? earlier : null;
  let writtenAt = last?.at ?? null;

  return {
    async present(updates) {
      const at = clock.now();
      if (last !== null && at - last.at > KEPT_MS) {
        const about = missing(last.update, updates);
        if (about !== 0) {
          const { at: from } = last;
          await host.gap({
            name: `absence:${from}`,
            address: null,
            from,
            until: at - KEPT_MS,
            about,
          });
        }
      }
      last = { bot, at, update: updates.at(-1) ?? last?.update ?? null };
      const isFresh = writtenAt !== null && Math.abs(at - writtenAt) < QUIET_WRITE_MS;
      if (updates.length === 0 && isFresh) return [];
      writtenAt = at;
      return [{ space: "cursor", key: CURSOR, value: last, ttlMs: null }];
    },
  };
}

/** How many numbers were left out; null: they do not tell. */
function missing(last: number | null, updates: readonly number[]): number | null {
  const first = updates.find((id) => last === null || id > last);
  if (last === null || first === undefined) return null;
  const between = first - last - 1;
  return between < SEQUENTIAL ? between : null;
}
