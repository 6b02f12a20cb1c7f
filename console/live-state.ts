import type { StatusReport } from "../gateway/operations.ts";

/** What the page knows of its connection, as data. Times are epoch ms of this machine. */
export interface LiveState {
  readonly connection: Connection;
  /** The latest answer; kept while the gateway is away. */
  readonly status: StatusReport | null;
  /** Of the gateway that served this page, as far as is known. */
  readonly pageVersion: string | null;
  /** Seq of the latest event that was handed on; null = not known yet. */
  readonly seen: number | null;
  /** The latest absence that is over. */
  readonly gap: Gap | null;
  /** Grows when what was loaded may be out of date in a way that no event tells: load it again. */
  readonly epoch: number;
}

export type Connection =
  | { readonly at: "connecting" }
  | { readonly at: "connected"; readonly since: number }
  | { readonly at: "lost"; readonly since: number }
  /** The gateway answers, but does not let this page in. */
  | { readonly at: "refused"; readonly since: number };

export interface Gap {
  readonly from: number;
  readonly until: number;
  /** Another process answers than before. */
  readonly isNewBoot: boolean;
  /** Events that came to be meanwhile. */
  readonly missed: number;
}

export type LiveSignal =
  | { readonly type: "status"; readonly status: StatusReport; readonly at: number }
  | { readonly type: "failed"; readonly at: number }
  | { readonly type: "refused"; readonly at: number }
  | { readonly type: "event"; readonly seq: number }
  | { readonly type: "gap_read" };

export const FIRST_STATE: LiveState = {
  connection: { at: "connecting" },
  status: null,
  pageVersion: null,
  seen: null,
  gap: null,
  epoch: 0,
};

/** Another version answers than the one that this page belongs to: it may ask in ways that are no more. */
export function isOutdated({ pageVersion, status }: LiveState): boolean {
  return pageVersion !== null && status !== null && status.version !== pageVersion;
}

/** More missed events than these are not replayed: the views load anew. */
export const REPLAY_LIMIT = 2000;

export function evolveLive(state: LiveState, signal: LiveSignal): LiveState {
  switch (signal.type) {
    case "status":
      return withStatus(state, signal.status, signal.at);
    case "failed":
      return state.connection.at === "lost"
        ? state
        : { ...state, connection: { at: "lost", since: signal.at } };
    case "refused":
      return state.connection.at === "refused"
        ? state
        : { ...state, connection: { at: "refused", since: signal.at } };
    case "event":
      return state.seen !== null && signal.seq <= state.seen
        ? state
        : { ...state, seen: signal.seq };
    case "gap_read":
      return state.gap === null ? state : { ...state, gap: null };
  }
}

function withStatus(state: LiveState, status: StatusReport, at: number): LiveState {
  const { connection, seen } = state;
  const isNewBoot = state.status !== null && state.status.boot !== status.boot;
  const missed = seen === null ? 0 : Math.max(0, status.lastEvent - seen);
  const wasAway = connection.at === "lost";
  // A store that was replaced counts anew: what was seen of the other one says nothing.
  const isOther = seen !== null && status.lastEvent < seen;
  const isTooFar = missed > REPLAY_LIMIT;
  return {
    connection: connection.at === "connected" ? connection : { at: "connected", since: at },
    status,
    pageVersion: state.pageVersion ?? status.version,
    seen: seen === null || isOther || isTooFar ? status.lastEvent : seen,
    gap:
      wasAway || isNewBoot
        ? { from: wasAway ? connection.since : at, until: at, isNewBoot, missed }
        : state.gap,
    epoch: isNewBoot || isOther || isTooFar ? state.epoch + 1 : state.epoch,
  };
}
