import type { StatusReport } from "../gateway/operations.ts";
import type { StoredEvent } from "../sessions/rows.ts";
import { FIRST_STATE, evolveLive } from "./live-state.ts";
import type { LiveSignal, LiveState } from "./live-state.ts";
import { after, now } from "./page-clock.ts";

/** The one connection of the page to its gateway: the status, asked again and again, and the feed of events. */
export interface Live {
  /** Another object whenever something changed. */
  state(): LiveState;
  /** Calls back after each change; returns how to stop that. */
  subscribe(listener: () => void): () => void;
  /** Each stored event once and in order, also those of an absence; returns how to stop that. */
  onEvent(listener: (event: StoredEvent) => void): () => void;
  /** Asks for the status at once. */
  refresh(): void;
  /** The person has read what the gap was. */
  readGap(): void;
  start(): void;
  stop(): void;
}

/** Where it comes from; the browser's are in `browser-sources.ts`. */
export interface LiveSources {
  status(signal: AbortSignal): Promise<StatusReport>;
  /** The gateway answered that it does not let us in. */
  isRefusal(thrown: unknown): boolean;
  feed(after: number, listener: FeedListener): () => void;
  isHidden(): boolean;
  onVisibility(listener: () => void): () => void;
}

export interface FeedListener {
  readonly opened: () => void;
  readonly event: (event: StoredEvent) => void;
  readonly ended: () => void;
}

const POLL_MS = 2000;
/** How soon it is tried again: the nth try, and then the last of these for ever. */
const RETRY_MS = [100, 250, 500, 1000, 1500];
const STATUS_MS = 5000;
/** A tab that nobody looks at for so long gives its connection back: a browser opens six to one gateway. */
export const HIDDEN_MS = 5000;

export function createLive(sources: LiveSources): Live {
  const changed = new Set<() => void>();
  const listeners = new Set<(event: StoredEvent) => void>();
  let state = FIRST_STATE;
  let isStarted = false;
  let failures = 0;
  let brokenFeeds = 0;
  /** How far the feed had come when the status last told of more than that. */
  let behind: number | null = null;
  let asking: AbortController | null = null;
  let cancelNext = (): void => undefined;
  let closeFeed: (() => void) | null = null;
  let cancelPause = (): void => undefined;
  let forgetVisibility = (): void => undefined;

  const signal = (given: LiveSignal): void => {
    const next = evolveLive(state, given);
    if (next === state) return;
    state = next;
    for (const listener of changed) listener();
  };
  const endFeed = (): void => {
    closeFeed?.();
    closeFeed = null;
  };
  const openFeed = (): void => {
    if (closeFeed !== null || state.seen === null) return;
    closeFeed = sources.feed(state.seen, {
      opened() {
        brokenFeeds = 0;
      },
      event(event) {
        if (state.seen !== null && event.seq <= state.seen) return;
        // Not told to all who look at the state: events have their own listeners.
        state = evolveLive(state, { type: "event", seq: event.seq });
        for (const listener of listeners) listener(event);
      },
      ended() {
        endFeed();
        next(retryMs(brokenFeeds));
        brokenFeeds += 1;
      },
    });
  };
  const next = (ms: number): void => {
    cancelNext();
    if (isStarted) cancelNext = after(ms, () => void look());
  };
  const look = async (): Promise<void> => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    const begun = now();
    const tooLate = after(STATUS_MS, () => mine.abort());
    try {
      const status = await sources.status(mine.signal);
      if (asking !== mine) return;
      failures = 0;
      const { epoch } = state;
      signal({ type: "status", status, at: now() });
      // A connection that broke without a word brings nothing, and says nothing of it.
      const { seen } = state;
      const isBehind = seen !== null && seen < status.lastEvent;
      if (state.epoch !== epoch || (isBehind && behind === seen)) endFeed();
      behind = isBehind ? seen : null;
      openFeed();
      next(POLL_MS);
    } catch (thrown) {
      if (asking !== mine || !isStarted) return;
      endFeed();
      // What was not answered was asked of a gateway that was away already.
      signal({ type: sources.isRefusal(thrown) ? "refused" : "failed", at: begun });
      next(retryMs(failures));
      failures += 1;
    } finally {
      tooLate();
    }
  };
  const pause = (): void => {
    cancelNext();
    endFeed();
    asking?.abort();
    asking = null;
  };
  const see = (): void => {
    cancelPause();
    if (sources.isHidden()) cancelPause = after(HIDDEN_MS, pause);
    else next(0);
  };

  return {
    state: () => state,
    subscribe(listener) {
      changed.add(listener);
      return () => changed.delete(listener);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: () => next(0),
    readGap: () => signal({ type: "gap_read" }),
    start() {
      if (isStarted) return;
      isStarted = true;
      forgetVisibility = sources.onVisibility(see);
      next(0);
      if (sources.isHidden()) see();
    },
    stop() {
      isStarted = false;
      forgetVisibility();
      cancelPause();
      pause();
    },
  };
}

function retryMs(failures: number): number {
  return RETRY_MS[failures] ?? RETRY_MS.at(-1) ?? POLL_MS;
}
