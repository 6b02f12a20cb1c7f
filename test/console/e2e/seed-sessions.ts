import { withStore } from "../../../bench/driver/seed-store.ts";
import { createIds } from "../../../sessions/ids.ts";
import { newSession } from "../../../sessions/machine/state.ts";
import type { Mark, Session } from "../../../sessions/machine/state.ts";
import { realChance, realClock } from "../../../sessions/real-time.ts";
import { formatSessionKey } from "../../../sessions/session-key.ts";

const ids = createIds(realClock, realChance);
/** Under way at once; the store writes what comes together together. */
const BATCH = 500;

/** Of each hundred sessions the second is suspended, the third waits to be resumed, the others are idle. */
export async function seedSessions(directory: string, count: number): Promise<void> {
  await withStore(directory, async (engine) => {
    for (let from = 0; from < count; from += BATCH) {
      const sessions = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) =>
        seeded(from + index),
      );
      await Promise.all(sessions.map((session) => engine.commit({ session })));
    }
  });
}

function seeded(index: number): Session {
  const now = realClock.now();
  const chat = `seed-${String(index).padStart(5, "0")}`;
  const key = formatSessionKey({
    address: { network: "local", account: "main", chat, thread: null },
    user: null,
  });
  // A second apart, the first seed the latest.
  const touchedAt = now - index * 1000;
  return {
    ...newSession(key, ids.session(), touchedAt),
    revision: 1,
    turns: index % 7,
    mark: markOf(index, touchedAt),
    touchedAt,
  };
}

function markOf(index: number, since: number): Mark | null {
  const cut = { turn: ids.turn(), since, interruption: "crash" } as const;
  if (index % 100 === 1) return { kind: "suspended", ...cut };
  return index % 100 === 2 ? { kind: "resume_pending", generation: 1, tries: 0, ...cut } : null;
}
