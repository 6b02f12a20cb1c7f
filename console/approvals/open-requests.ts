import { useCallback, useEffect, useState } from "preact/hooks";
import type { RequestRow } from "../../sessions/rows.ts";
import type { Api } from "../api.ts";
import type { Live } from "../live.ts";
import { useEvents, useLive } from "../use-live.ts";

/** The requests that wait for a person, kept up to date. */
export function useOpenRequests(api: Api, live: Live): readonly RequestRow[] {
  const [requests, setRequests] = useState<readonly RequestRow[]>([]);
  const { connection, epoch } = useLive(live);
  const isConnected = connection.at === "connected";
  const load = useCallback(async () => {
    const found = await api
      .get<{ readonly items: readonly RequestRow[] }>("/api/v1/requests")
      .catch(() => null);
    if (found !== null) setRequests(found.items);
  }, [api]);
  useEffect(() => {
    if (isConnected) void load();
  }, [isConnected, epoch, load]);
  useEvents(
    live,
    useCallback(
      ({ event }) => {
        if (event.type === "request_opened" || event.type === "request_closed") void load();
      },
      [load],
    ),
  );
  return requests;
}
