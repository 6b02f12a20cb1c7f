import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { SessionReport } from "../../gateway/operations.ts";
import type { SessionStatus } from "../../sessions/machine/state.ts";
import { toFault } from "../api.ts";
import type { Api, ApiFault } from "../api.ts";
import type { Live } from "../live.ts";
import { after, now } from "../page-clock.ts";
import { lookSteadily } from "../steady-look.ts";
import type { SteadyLook } from "../steady-look.ts";
import { useEvents, useLive } from "../use-live.ts";

export interface ReportState {
  /** The latest answer; kept when a later one fails. */
  readonly report: SessionReport | null;
  readonly fault: ApiFault | null;
  /** There may be earlier entries. */
  readonly hasMore: boolean;
  /** So many are shown, and no more will be. */
  readonly most: number | null;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

const FIRST = 100;
const MOST = 1000;
/** While a turn runs, what it says is asked for so often. */
const RUNNING_MS = 1000;
/** A message may come at any time, and that is no event. */
const QUIET_MS = 5000;

/** Nobody looks. */
const HIDDEN_MS = 30_000;
/** It may say more at any moment. */
const AT_WORK: ReadonlySet<SessionStatus> = new Set(["starting", "running", "interrupting"]);
/** Events come in bursts: a turn begins with several. */
const GATHER_MS = 120;

/** One session, kept up to date while it is looked at. */
export function useSessionReport(api: Api, live: Live, key: string): ReportState {
  const [report, setReport] = useState<SessionReport | null>(null);
  const [fault, setFault] = useState<ApiFault | null>(null);
  const [entries, setEntries] = useState(FIRST);
  const { connection, epoch } = useLive(live);
  const isConnected = connection.at === "connected";
  const steady = useRef<SteadyLook | null>(null);
  const reload = useCallback(() => steady.current?.soon(), []);
  const wanted = useRef(key);
  wanted.current = key;

  useEffect(() => {
    if (!isConnected) return undefined;
    const look = async (signal: AbortSignal): Promise<number> => {
      let isAtWork = false;
      const begun = now();
      try {
        const path = `/api/v1/sessions/${encodeURIComponent(key)}?entries=${entries}`;
        const found = await api.get<SessionReport>(path, signal);
        isAtWork = AT_WORK.has(found.status);
        setReport(found);
        setFault(null);
      } catch (thrown) {
        if (!signal.aborted) setFault(toFault(thrown));
      }
      // Who has said much is not asked to say it all again and again.
      const pause = Math.max(isAtWork ? RUNNING_MS : QUIET_MS, 10 * (now() - begun));
      return document.hidden ? HIDDEN_MS : pause;
    };
    const mine = lookSteadily(look);
    steady.current = mine;
    const see = (): void => {
      if (!document.hidden) mine.soon();
    };
    document.addEventListener("visibilitychange", see);
    return () => {
      document.removeEventListener("visibilitychange", see);
      mine.stop();
    };
  }, [api, key, entries, isConnected, epoch]);
  const cancelReload = useRef<(() => void) | null>(null);
  useEvents(
    live,
    useCallback(
      (event) => {
        if (event.key !== wanted.current || cancelReload.current !== null) return;
        cancelReload.current = after(GATHER_MS, () => {
          cancelReload.current = null;
          reload();
        });
      },
      [reload],
    ),
  );
  useEffect(() => () => cancelReload.current?.(), []);
  const isFull = report !== null && report.transcript.length >= entries;
  return {
    report,
    fault,
    hasMore: isFull && entries < MOST,
    most: isFull && entries === MOST ? MOST : null,
    loadMore: () => setEntries((before) => Math.min(MOST, before * 5)),
    reload,
  };
}
