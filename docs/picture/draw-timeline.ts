import { drawHead, drawLanes } from "../../console/timeline/draw.ts";
import { toPicture } from "../../console/timeline/picture.ts";
import { shape, svgText, writing } from "../../console/timeline/shape.ts";
import type { Shape } from "../../console/timeline/shape.ts";
import { patterns } from "../../console/timeline/signs.ts";
import { stopWatch } from "../../console/timeline/time-ticks.ts";
import type { Timeline } from "../../gateway/report/timeline.ts";
import { timelineStyle } from "./timeline-style.ts";

const WIDTH = 960;
const MARGIN = 24;
const GUTTER = 92;
const TITLE_PX = 58;
/** What is shown besides the run itself, as a share of it. */
const AROUND = 0.015;

/** The timeline of a run as a picture of its own, in light and dark as the reader's page is. */
export function drawTimeline(timeline: Timeline): string {
  const span = timeline.until - timeline.from;
  const picture = toPicture(timeline, {
    window: { from: timeline.from - span * AROUND, until: timeline.until + span * AROUND },
    width: WIDTH - 2 * MARGIN,
    gutter: GUTTER,
    clock: stopWatch(timeline.from),
    now: timeline.until,
  });
  const height = TITLE_PX + picture.head.height + picture.height + 28;
  const whole = shape(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: "img",
      "aria-labelledby": "title desc",
    },
    shape("title", { id: "title" }, "A restart and a kill, seen from five conversations"),
    shape("desc", { id: "desc" }, DESCRIPTION),
    shape("style", {}, timelineStyle()),
    patterns(),
    shape("rect", { class: "page", width: WIDTH, height, rx: 12 }),
    writing("headline", { x: MARGIN, y: 34 }, "A restart, then kill -9"),
    shape(
      "text",
      { class: "source", x: WIDTH - MARGIN, y: 34, "text-anchor": "end" },
      "a real run, drawn by docs/picture/print-timeline.ts",
    ),
    at(TITLE_PX, ...drawHead(picture)),
    at(TITLE_PX + picture.head.height, ...drawLanes(picture, { href: null })),
  );
  return `${svgText(whole)}\n`;
}

function at(y: number, ...children: readonly Shape[]): Shape {
  return shape("g", { transform: `translate(${MARGIN} ${y})` }, ...children);
}

const DESCRIPTION =
  "Time runs from left to right; each conversation has a row of its turns. " +
  "A restart drains: one turn ends in time, one is cut short at the time-out and is continued after the restart, " +
  "in the same conversation; a message that came meanwhile is answered then. " +
  "Later the gateway is killed in the middle of two turns; both are continued after it is back. " +
  "A question to a person waits over both, and its turn goes on when it is allowed.";
