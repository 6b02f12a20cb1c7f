import { useEffect, useState } from "preact/hooks";
import type { StoredEvent } from "../sessions/rows.ts";
import type { Live } from "./live.ts";
import type { LiveState } from "./live-state.ts";
import { every, now } from "./page-clock.ts";

/** The state of the connection; renders again when it changes. */
export function useLive(live: Live): LiveState {
  const [state, setState] = useState(live.state);
  useEffect(() => {
    setState(live.state());
    return live.subscribe(() => setState(live.state()));
  }, [live]);
  return state;
}

/** Calls back for each stored event while the component is there. `listener` must be stable. */
export function useEvents(live: Live, listener: (event: StoredEvent) => void): void {
  useEffect(() => live.onEvent(listener), [live, listener]);
}

/** Epoch ms that moves on every `ms`, for what is told as "3 min ago". */
export function useNow(ms: number): number {
  const [at, setAt] = useState(now);
  useEffect(() => every(ms, () => setAt(now())), [ms]);
  return at;
}
