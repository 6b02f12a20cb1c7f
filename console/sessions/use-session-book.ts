import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { SessionSummary } from "../../gateway/operations.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import { ApiFault } from "../api.ts";
import type { Api } from "../api.ts";
import type { Live } from "../live.ts";
import { after, every } from "../page-clock.ts";
import { useLive } from "../use-live.ts";
import {
  EMPTY_BOOK,
  withEvents,
  withSummaries,
  withoutSession,
  withoutUnmet,
} from "./session-book.ts";
import type { SessionBook } from "./session-book.ts";

export interface BookState {
  readonly book: SessionBook;
  /** All pages have come. */
  readonly isWhole: boolean;
  /** It is known to be gone: nothing on the feed tells that. */
  drop(key: string): void;
}

interface SessionsPage {
  readonly items: readonly SessionSummary[];
  readonly next: string | null;
}

const PAGE = 500;
/** Events are taken together for so long: a list that moves more often than this is not read. */
const GATHER_MS = 250;
/** How many summaries are asked for at once. */
const ASK_AT_ONCE = 8;
/** The queues of those at work grow without an event. */
const ACTIVE_MS = 5000;
const ACTIVE_PAGE = 200;

/** The sessions, page by page, and then as the feed changes them. */
export function useSessionBook(api: Api, live: Live): BookState {
  const [book, setBook] = useState<SessionBook>(EMPTY_BOOK);
  const [isWhole, setIsWhole] = useState(false);
  const latest = useRef(book);
  const { connection, epoch } = useLive(live);
  const isConnected = connection.at === "connected";
  const change = useCallback((act: (book: SessionBook) => SessionBook) => {
    latest.current = act(latest.current);
    setBook(latest.current);
  }, []);

  useEffect(() => {
    if (!isConnected) return undefined;
    const left = new AbortController();
    const before = latest.current;
    const met = new Set<string>();
    const ask = async (query: string): Promise<SessionsPage | null> => {
      const asked = latest.current;
      const found = await page(api, query, left.signal);
      if (found !== null) change((known) => withSummaries(known, found.items, asked));
      return found;
    };
    const meet = async (query: string): Promise<SessionsPage | null> => {
      const found = await ask(query);
      for (const { key } of found?.items ?? []) met.add(key);
      return found;
    };
    void loadAll(meet).then((isAll) => {
      if (!isAll) return;
      change((known) => withoutUnmet(known, before, met));
      setIsWhole(true);
    });
    const stop = every(ACTIVE_MS, () => {
      if (document.hidden) return;
      void ask(`?status=active&limit=${ACTIVE_PAGE}`);
    });
    return () => {
      stop();
      left.abort();
    };
  }, [api, isConnected, epoch, change]);

  useEffect(() => follow(api, live, { book: () => latest.current, change }), [api, live, change]);
  const drop = useCallback(
    (key: string) => change((known) => withoutSession(known, key)),
    [change],
  );
  return { book, isWhole, drop };
}

/** False: it was left, or the gateway went away. */
async function loadAll(ask: (query: string) => Promise<SessionsPage | null>): Promise<boolean> {
  let next: string | null = "";
  while (next !== null) {
    const from: string = next === "" ? "" : `&after=${encodeURIComponent(next)}`;
    const found: SessionsPage | null = await ask(`?limit=${PAGE}${from}`);
    if (found === null) return false;
    next = found.next;
  }
  return true;
}

function page(api: Api, query: string, left: AbortSignal): Promise<SessionsPage | null> {
  return api.get<SessionsPage>(`/api/v1/sessions${query}`, left).catch(() => null);
}

/** Returns how to stop. */
function follow(
  api: Api,
  live: Live,
  {
    book,
    change,
  }: {
    readonly book: () => SessionBook;
    readonly change: (act: (book: SessionBook) => SessionBook) => void;
  },
): () => void {
  const left = new AbortController();
  const stale = new Set<string>();
  let gathered: StoredEvent[] = [];
  let cancel = (): void => undefined;
  let isWaiting = false;
  const gather = (): void => {
    if (isWaiting) return;
    isWaiting = true;
    cancel = after(GATHER_MS, () => {
      isWaiting = false;
      const events = gathered;
      gathered = [];
      for (const { key } of events) stale.add(key);
      if (events.length > 0) change((known) => withEvents(known, events).book);
      void askStale();
    });
  };
  const askStale = async (): Promise<void> => {
    const keys = [...stale].slice(0, ASK_AT_ONCE);
    for (const key of keys) stale.delete(key);
    const asked = book();
    const found = await Promise.all(keys.map((key) => summaryOf(api, key, left.signal)));
    const summaries = found.filter((one) => one !== null && one !== "gone");
    change((known) => {
      const gone = keys.filter((_, index) => found[index] === "gone");
      return gone.reduce(withoutSession, withSummaries(known, summaries, asked));
    });
    if (stale.size > 0 && !left.signal.aborted) gather();
  };
  const forget = live.onEvent((event) => {
    gathered.push(event);
    gather();
  });
  return () => {
    left.abort();
    cancel();
    forget();
  };
}

/** Null: the gateway did not say. */
async function summaryOf(
  api: Api,
  key: string,
  left: AbortSignal,
): Promise<SessionSummary | "gone" | null> {
  try {
    return await api.get<SessionSummary>(
      `/api/v1/sessions/${encodeURIComponent(key)}/summary`,
      left,
    );
  } catch (thrown) {
    return thrown instanceof ApiFault && thrown.status === 404 ? "gone" : null;
  }
}
