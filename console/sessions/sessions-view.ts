import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Requests } from "../approvals/use-requests.ts";
import { formatRoute } from "../route.ts";
import type { ViewProps } from "../view.ts";
import { SessionFilter } from "./session-filter.ts";
import { groupSessions } from "./session-groups.ts";
import type { Wanted } from "./session-groups.ts";
import { SessionList } from "./session-list.ts";
import { SessionPage } from "./session-page.ts";
import { useSessionBook } from "./use-session-book.ts";

/** All sessions, and beside them the one that the address names. */
export function SessionsView({
  api,
  live,
  path,
  requests,
}: ViewProps & { readonly requests: Requests }): ComponentChildren {
  const { book, isWhole, drop } = useSessionBook(api, live);
  const [wanted, setWanted] = useState<Wanted>({ group: null, text: "" });
  const grouped = useMemo(() => groupSessions(book, wanted), [book, wanted]);
  const open = path[0] ?? null;
  const side = useRef<HTMLElement>(null);
  const page = useRef<HTMLElement>(null);
  const before = useRef(open);
  useEffect(() => {
    const was = before.current;
    before.current = open;
    if (was === open) return;
    // Where there is room for one of the two, the focus goes along with the eye.
    const isListSeen =
      side.current !== null && getComputedStyle(side.current).visibility === "visible";
    if (open !== null && !isListSeen) page.current?.focus();
    if (open === null && document.activeElement === document.body) {
      side.current?.querySelector<HTMLElement>("[role=listbox]")?.focus();
    }
  }, [open]);
  return h(
    "div",
    { class: open === null ? "sessions" : "sessions has-open" },
    h(
      "section",
      { class: "sessions-side", "aria-label": "All sessions", ref: side },
      h(SessionFilter, {
        wanted,
        counts: grouped.counts,
        isWhole,
        isAlone: open === null,
        onWant: setWanted,
      }),
      h(SessionList, {
        grouped,
        open,
        isWhole,
        isFiltered: wanted.text !== "" || wanted.group !== null,
        onOpen: (key: string) => {
          location.hash = formatRoute("sessions", key);
        },
      }),
    ),
    open !== null &&
      h(SessionPage, { key: open, api, live, sessionKey: open, requests, page, onGone: drop }),
  );
}
