import type { StoredEvent } from "../sessions/rows.ts";
import { ApiFault } from "./api.ts";
import type { Api } from "./api.ts";
import type { LiveSources } from "./live.ts";

/** The gateway as a browser reaches it. */
export function browserSources(api: Api): LiveSources {
  return {
    status: (signal) => api.get("/api/v1/status", signal),
    isRefusal: (thrown) =>
      thrown instanceof ApiFault && (thrown.status === 401 || thrown.status === 403),
    feed(after, { opened, event, ended }) {
      const source = new EventSource(`/api/v1/feed?after=${after}`);
      source.addEventListener("open", opened);
      source.addEventListener("message", ({ data }: MessageEvent<string>) => {
        const stored: unknown = JSON.parse(data);
        if (isEvent(stored)) event(stored);
      });
      // Always opened anew, by us: the browser would wait for seconds, and gives up on some answers.
      source.addEventListener("error", () => {
        source.close();
        ended();
      });
      return () => source.close();
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
