import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { AnswerDecision, AnswerReport, OpenRequest } from "../../gateway/operations.ts";
import type { RequestRow } from "../../sessions/rows.ts";
import type { Api } from "../api.ts";
import type { Live } from "../live.ts";
import { every, now } from "../page-clock.ts";
import { useEvents, useLive } from "../use-live.ts";
import {
  EMPTY_REQUESTS,
  hasMoved,
  withOpen,
  withLate,
  withSettled,
  withoutLate,
  withoutRequest,
} from "./request-book.ts";
import type { RequestBook } from "./request-book.ts";

/** The requests that wait for a person, and what came of others: one for the whole page. */
export interface Requests {
  readonly book: RequestBook;
  /** Resolves with what came of it. Rejects with `ApiFault`. */
  answer(request: OpenRequest, decision: AnswerDecision): Promise<AnswerReport>;
  /** Epoch ms at which the open ones last moved up. */
  movedAt(): number;
  /** The person has read that an answer did not count. */
  readLate(id: string): void;
}

/** Their detail may be changed without an event. */
const LOOK_MS = 10_000;

export function useRequests(api: Api, live: Live): Requests {
  const [book, setBook] = useState<RequestBook>(EMPTY_REQUESTS);
  const latest = useRef(book);
  const { connection, epoch } = useLive(live);
  const isConnected = connection.at === "connected";
  const movedAt = useRef(0);
  const change = useCallback((act: (book: RequestBook) => RequestBook) => {
    const before = latest.current;
    latest.current = act(before);
    if (hasMoved(before, latest.current)) movedAt.current = now();
    setBook(latest.current);
  }, []);

  const tell = useCallback(
    async (id: string) => {
      const row = await api
        .get<RequestRow>(`/api/v1/requests/${encodeURIComponent(id)}`)
        .catch(() => null);
      if (row !== null) change((before) => withSettled(before, row, now()));
    },
    [api, change],
  );
  const load = useCallback(async () => {
    const found = await api
      .get<{ readonly items: readonly OpenRequest[] }>("/api/v1/requests")
      .catch(() => null);
    if (found === null) return;
    const { book: next, closed } = withOpen(latest.current, found.items);
    change(() => next);
    await Promise.all(closed.map(({ id }) => tell(id)));
  }, [api, change, tell]);

  useEffect(() => {
    if (!isConnected) return undefined;
    void load();
    return every(LOOK_MS, () => void load());
  }, [isConnected, epoch, load]);
  useEvents(
    live,
    useCallback(
      ({ event }) => {
        if (event.type === "request_opened") void load();
        if (event.type !== "request_closed") return;
        const wasOpen = latest.current.open.some(({ id }) => id === event.request);
        change((before) => withoutRequest(before, event.request));
        if (wasOpen) void tell(event.request);
      },
      [change, load, tell],
    ),
  );

  return useMemo(
    () => ({
      book,
      async answer(request, decision) {
        const { id } = request;
        const path = `/api/v1/requests/${encodeURIComponent(id)}/answer`;
        const report = await api.post<AnswerReport>(path, { decision, by: "console" });
        if (report.outcome !== "not_offered") {
          change((before) => withLate(withoutRequest(before, id), request, { decision, report }));
          await tell(id);
        }
        return report;
      },
      movedAt: () => movedAt.current,
      readLate: (id) => change((before) => withoutLate(before, id)),
    }),
    [api, book, change, tell],
  );
}
