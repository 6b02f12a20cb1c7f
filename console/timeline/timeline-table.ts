import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { Timeline } from "../../gateway/report/timeline.ts";
import { formatAbsolute, formatClock } from "../format-time.ts";
import { formatRoute } from "../route.ts";
import type { TimeWindow } from "./time-window.ts";
import { timelineRows } from "./timeline-rows.ts";

/** More are a matter for a shorter span. */
const MOST_ROWS = 500;

/** The same as the picture, for those who hear it or want to search it. */
export function TimelineTable({
  timeline,
  window,
}: {
  readonly timeline: Timeline;
  readonly window: TimeWindow;
}): ComponentChildren {
  const rows = timelineRows(timeline, window);
  return h(
    "div",
    { class: "timeline-table card", role: "region", "aria-label": "What happened", tabIndex: 0 },
    h(
      "table",
      null,
      h(
        "caption",
        null,
        rows.length > MOST_ROWS
          ? `The latest ${MOST_ROWS} of ${rows.length} entries`
          : `${rows.length} entries, the latest first`,
      ),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          ["When", "Who", "What", "How long", "How it ended"].map((title) =>
            h("th", { scope: "col", key: title }, title),
          ),
        ),
      ),
      h(
        "tbody",
        null,
        rows
          .slice(0, MOST_ROWS)
          .map((row) =>
            h(
              "tr",
              { key: row.id },
              h("td", { class: "when", title: formatAbsolute(row.at) }, formatClock(row.at)),
              h(
                "td",
                null,
                row.key === null
                  ? row.who
                  : h("a", { href: formatRoute("sessions", row.key) }, h("bdi", null, row.who)),
              ),
              h("td", null, row.what),
              h("td", { class: "length" }, row.length ?? "…"),
              h("td", null, row.end),
            ),
          ),
      ),
    ),
  );
}
