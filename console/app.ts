import { h } from "preact";
import type { ComponentChildren, FunctionComponent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import { ApprovalsView } from "./approvals/approvals-view.ts";
import { useRequests } from "./approvals/use-requests.ts";
import type { Requests } from "./approvals/use-requests.ts";
import { ChatView } from "./chat/chat-view.ts";
import { ConnectionBanner } from "./connection-banner.ts";
import { DeliveryView } from "./delivery/delivery-view.ts";
import { Glance } from "./glance.ts";
import { keepFocus } from "./keep-focus.ts";
import type { Live } from "./live.ts";
import { Navigation, TITLES } from "./navigation.ts";
import { RestartView } from "./restart/restart-view.ts";
import { parseRoute } from "./route.ts";
import type { Route, ViewName } from "./route.ts";
import { SessionsView } from "./sessions/sessions-view.ts";
import { ViewFrame } from "./view-frame.ts";
import { TimelineView } from "./timeline/timeline-view.ts";
import { useLive } from "./use-live.ts";
import type { ViewProps } from "./view.ts";

type View = FunctionComponent<ViewProps & { readonly requests: Requests }>;

const VIEWS: Readonly<Record<ViewName, View>> = {
  chat: ChatView,
  sessions: SessionsView,
  approvals: ApprovalsView,
  timeline: TimelineView,
  restart: RestartView,
  delivery: DeliveryView,
};

export function App({ api, live }: { readonly api: Api; readonly live: Live }): ComponentChildren {
  const route = useRoute();
  const state = useLive(live);
  const requests = useRequests(api, live);
  const open = requests.book.open.length;
  const main = useRef<HTMLElement>(null);
  const shown = useRef(route.view);

  useEffect(() => {
    const waiting = open === 0 ? "" : `(${open}) `;
    document.title = `${waiting}${TITLES[route.view]} · Sluice`;
  }, [route.view, open]);
  // Before the next key comes: it must not be taken from where the focus went meanwhile.
  useLayoutEffect(() => {
    // Whoever reads by ear begins where the new view begins; at the first load the page itself does.
    if (shown.current !== route.view) main.current?.focus();
    shown.current = route.view;
  }, [route.view]);

  useEffect(() => (main.current === null ? undefined : keepFocus(main.current)), []);

  return h(
    "div",
    { class: "frame" },
    h(
      "a",
      {
        class: "skip",
        href: "#main",
        onClick: (event: MouseEvent) => {
          // The address names the view: an anchor would leave it.
          event.preventDefault();
          main.current?.focus();
        },
      },
      "Skip to the content",
    ),
    h(
      "header",
      { class: "top" },
      h(Glance, { state, waiting: open }),
      h(ConnectionBanner, { live, state }),
    ),
    h(Navigation, { current: route.view, waiting: open, status: state.status }),
    h(
      "main",
      { class: "main", id: "main", tabIndex: -1, ref: main },
      h(
        ViewFrame,
        { key: route.view },
        h(VIEWS[route.view], { api, live, path: route.path, requests }),
      ),
    ),
  );
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}
