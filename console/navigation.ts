import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { StatusReport } from "../gateway/operations.ts";
import { Icon } from "./icons/icon.ts";
import { VIEWS, formatRoute } from "./route.ts";
import type { ViewName } from "./route.ts";

export const TITLES: Readonly<Record<ViewName, string>> = {
  chat: "Chat",
  sessions: "Sessions",
  approvals: "Approvals",
  timeline: "Timeline",
  restart: "Restart",
  delivery: "Delivery",
};

export function Navigation({
  current,
  waiting,
  status,
}: {
  readonly current: ViewName;
  /** Requests that wait for a person. */
  readonly waiting: number;
  readonly status: StatusReport | null;
}): ComponentChildren {
  return h(
    "nav",
    { class: "navigation", "aria-label": "Views" },
    h(
      "span",
      { class: "brand" },
      h("img", { src: "/console/icons/favicon.svg", width: 26, height: 26, alt: "" }),
      "Sluice",
    ),
    h(
      "ul",
      null,
      VIEWS.map((view) => {
        const count = countOf(view, waiting, status);
        return h(
          "li",
          { key: view },
          h(
            "a",
            {
              href: formatRoute(view),
              "aria-current": view === current ? "page" : undefined,
            },
            h(Icon, { name: view }),
            h("span", null, TITLES[view]),
            count !== null &&
              h(
                "span",
                { class: "count" },
                count.number,
                h("span", { class: "spoken" }, ` ${count.what}`),
              ),
          ),
        );
      }),
    ),
    status !== null && h("p", { class: "about" }, `Sluice ${status.version}`),
  );
}

function countOf(
  view: ViewName,
  waiting: number,
  status: StatusReport | null,
): { readonly number: number; readonly what: string } | null {
  if (view === "approvals" && waiting > 0) return { number: waiting, what: "open" };
  const dead = status?.deadLetters ?? 0;
  return view === "delivery" && dead > 0 ? { number: dead, what: "given up" } : null;
}
