import type { StoredEvent } from "../sessions/rows.ts";
import { ApiFault } from "./api.ts";
import type { Api } from "./api.ts";
import { openStream } from "./event-stream.ts";
import type { LiveSources } from "./live.ts";

/** The gateway as a browser reaches it. */
export function browserSources(api: Api): LiveSources {
  return {
    status: (signal) => api.get("/api/v1/status", signal),
    isRefusal: (thrown) =>
      thrown instanceof ApiFault && (thrown.status === 401 || thrown.status === 403),
    feed(after, { opened, event, ended }) {
      let last = after;
      return openStream(() => `/api/v1/feed?after=${last}`, {
        opened,
        events: {
          message({ data }) {
            const stored: unknown = JSON.parse(data);
            if (!isEvent(stored)) return;
            last = Math.max(last, stored.seq);
            event(stored);
          },
        },
        ended,
      });
    },
    isHidden: () => document.visibilityState === "hidden",
    onVisibility(listener) {
      document.addEventListener("visibilitychange", listener);
      return () => document.removeEventListener("visibilitychange", listener);
    },
  };
}

function isEvent(value: unknown): value is StoredEvent {
  return typeof value === "object" && value !== null && "seq" in value && "event" in value;
}
