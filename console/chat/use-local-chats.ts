import { useCallback, useEffect, useState } from "preact/hooks";
import type { SessionSummary } from "../../gateway/operations.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import type { Api } from "../api.ts";
import type { Live } from "../live.ts";
import { useEvents, useLive } from "../use-live.ts";
import { withStatus } from "./local-chats.ts";
import type { LocalChats } from "./local-chats.ts";

const MOST = 1000;

/** The chats as the sessions tell of them: read once, then kept up by the feed. */
export function useLocalChats(api: Api, live: Live): LocalChats {
  const [chats, setChats] = useState<LocalChats>(new Map());
  const { epoch, connection } = useLive(live);
  const isConnected = connection.at === "connected";

  useEffect(() => {
    if (!isConnected) return undefined;
    const left = new AbortController();
    void api
      .get<{ items: readonly SessionSummary[] }>(`/api/v1/sessions?limit=${MOST}`, left.signal)
      .then(({ items }) => setChats((known) => items.reduce(withStatus, known)))
      // The feed tells of the next change, and the next connection reads again.
      .catch(() => undefined);
    return () => left.abort();
  }, [api, epoch, isConnected]);

  const follow = useCallback(({ key, event }: StoredEvent): void => {
    if (event.type !== "status_changed") return;
    setChats((known) => withStatus(known, { key, status: event.to }));
  }, []);
  useEvents(live, follow);
  return chats;
}
