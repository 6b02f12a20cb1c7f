import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Timeline } from "../../gateway/report/timeline.ts";
import { toFault } from "../api.ts";
import type { Api, ApiFault } from "../api.ts";
import type { Live } from "../live.ts";
import { after, every, now } from "../page-clock.ts";
import { useEvents } from "../use-live.ts";
import type { TimeWindow } from "./time-window.ts";

export interface LoadedTimeline {
  readonly timeline: Timeline | null;
  /** Ms that the gateway's clock is ahead of this machine's. */
  readonly aheadMs: number;
  readonly fault: ApiFault | null;
}

/** Sessions that are drawn at a time. */
const MOST_SESSIONS = 100;
/** What is loaded left and right of the window, as a share of it: a small move needs no new answer. */
const AROUND = 0.5;
/** Events come in bursts; one answer tells of all of them. In a long span they are too small to be in a hurry. */
const LEAST_BURST_MS = 400;
const MOST_BURST_MS = 10_000;
const BURST_SHARE = 1 / 500;
const AGAIN_MS = 15_000;
/** After the window was moved to where nothing is known. */
const MOVED_MS = 250;

/** The timeline of a window, kept up to date. `life`: what was loaded in another one may count no more. */
export function useTimeline(
  { api, live }: { readonly api: Api; readonly live: Live },
  window: TimeWindow,
  life: string,
): LoadedTimeline {
  const [loaded, setLoaded] = useState<LoadedTimeline>({ timeline: null, aheadMs: 0, fault: null });
  const wanted = useRef(window);
  wanted.current = window;
  const asking = useRef<AbortController | null>(null);
  const waiting = useRef<(() => void) | null>(null);

  const load = useCallback(() => {
    asking.current?.abort();
    const mine = new AbortController();
    asking.current = mine;
    const { from, until } = wanted.current;
    const margin = (until - from) * AROUND;
    const query = new URLSearchParams({
      from: `${Math.max(0, Math.floor(from - margin))}`,
      until: `${Math.ceil(until + margin)}`,
      limit: `${MOST_SESSIONS}`,
    });
    api.get<Timeline>(`/api/v1/timeline?${query.toString()}`, mine.signal).then(
      (timeline) => {
        if (asking.current !== mine) return;
        setLoaded({ timeline, aheadMs: timeline.now - now(), fault: null });
      },
      (thrown: unknown) => {
        if (asking.current !== mine || mine.signal.aborted) return;
        setLoaded((before) => ({ ...before, fault: toFault(thrown) }));
      },
    );
  }, [api]);

  const soon = useCallback(() => {
    const { from, until } = wanted.current;
    const burstMs = Math.max(LEAST_BURST_MS, (until - from) * BURST_SHARE);
    waiting.current ??= after(Math.min(MOST_BURST_MS, burstMs), () => {
      waiting.current = null;
      load();
    });
  }, [load]);

  useEffect(() => {
    load();
    const stop = every(AGAIN_MS, load);
    return () => {
      stop();
      waiting.current?.();
      waiting.current = null;
      asking.current?.abort();
    };
  }, [load, life]);
  useEvents(live, soon);

  const { timeline } = loaded;
  const isCovered =
    timeline !== null &&
    window.from >= timeline.from &&
    (window.until <= timeline.until || timeline.until >= timeline.now);
  // Far more than is looked at: what is left out of it could be what is looked for.
  const isCoarse =
    timeline !== null &&
    !timeline.isWhole &&
    timeline.until - timeline.from > (1 + 4 * AROUND) * (window.until - window.from);
  useEffect(() => {
    if (timeline === null || (isCovered && !isCoarse)) return;
    return after(MOVED_MS, load);
  }, [timeline, isCovered, isCoarse, load]);
  return loaded;
}
