import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { ViewName } from "../route.ts";

type IconName = ViewName | "file";

/** Strokes on a ground of 20 by 20. */
const STROKES: Readonly<Record<IconName, string>> = {
  chat: "M4 4.5h12a1.5 1.5 0 0 1 1.5 1.5v6.5A1.5 1.5 0 0 1 16 14H9l-4 3v-3H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5Z",
  sessions: "M7 5h10M7 10h10M7 15h10M3.2 5h.1M3.2 10h.1M3.2 15h.1",
  approvals: "M10 2.5 16.5 5v4.5c0 4-2.7 6.7-6.5 8-3.8-1.3-6.5-4-6.5-8V5L10 2.5ZM7.2 10l2 2 3.6-4",
  timeline: "M3 5h6M7 10h7M12 15h5M3 2.5v15",
  restart: "M15.8 7.5A6.3 6.3 0 1 0 16.3 11M16.5 3.5v4.2h-4.2",
  delivery: "M2.5 9.5 17.5 3l-4.5 14.5-3.5-6-7-2ZM9.5 11.5 17.5 3",
  file: "m16.5 9.5-6.6 6.6a4.1 4.1 0 0 1-5.8-5.8l6.9-6.9a2.75 2.75 0 0 1 3.9 3.9l-6.9 6.9a1.4 1.4 0 0 1-2-2l6.2-6.2",
};

export function Icon({ name }: { readonly name: IconName }): ComponentChildren {
  return h(
    "svg",
    {
      width: 20,
      height: 20,
      viewBox: "0 0 20 20",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 1.7,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
      "aria-hidden": "true",
    },
    h("path", { d: STROKES[name] }),
  );
}
