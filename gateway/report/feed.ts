import type { SessionKey } from "../../sessions/ids.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";

const PAGE = 200;
/** Looks again after this without a change of this process, ms. */
const IDLE_MS = 5000;

/** The stored events after `seq`, then new ones as they come: the log of one session, or the feed of all. */
export async function* readFeed(
  core: Core,
  desk: Desk,
  query: { readonly after: number; readonly key: SessionKey | null; readonly signal: AbortSignal },
): AsyncIterable<StoredEvent> {
  const { key, signal } = query;
  let after = query.after;
  let wake = (): void => undefined;
  const forget = desk.onChange(() => wake());
  const end = (): void => wake();
  signal.addEventListener("abort", end);
  try {
    while (!signal.aborted) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const page = await core.engine.events({ after, key, limit: PAGE });
      for (const event of page) {
        after = event.seq;
        yield event;
      }
      if (page.length === PAGE || signal.aborted) continue;
      const timer = core.clock.timer(IDLE_MS, () => wake());
      await changed;
      timer.cancel();
    }
  } finally {
    forget();
    signal.removeEventListener("abort", end);
  }
}
