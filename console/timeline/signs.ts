import type { TimelineEnd } from "../../gateway/report/timeline.ts";
import { shape } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** How a turn ended, as a sign in a disc: told apart by form, and only then by colour. */
export function endSign(kind: TimelineEnd, at: { readonly x: number; readonly y: number }): Shape {
  return shape(
    "g",
    { class: `sign ${kind}`, transform: `translate(${at.x} ${at.y})` },
    shape("circle", { r: 7 }),
    shape("path", { d: PATHS[kind] }),
  );
}

/** Strokes around the middle. */
const PATHS: Readonly<Record<TimelineEnd, string>> = {
  completed: "M-3.2 0.2 -0.8 2.8 3.4 -2.4",
  failed: "M-2.6 -2.6 2.6 2.6M2.6 -2.6 -2.6 2.6",
  cancelled: "M-2.4 -2.4H2.4V2.4H-2.4Z",
  // Two strokes apart: what belongs together was severed.
  cut: "M-3.4 2.6 -0.6 -3M0.6 3 3.4 -2.6",
  interrupted: "M0 -3.6V0.8M0 3.2V3.4",
  requeued: "M2.8 2.6V-0.6H-2.8M-0.6 -2.8 -2.9 -0.6 -0.6 1.6",
};

/** Patterns, so that no colour is needed to tell kinds apart. */
export function patterns(): Shape {
  return shape(
    "defs",
    {},
    hatch("tl-hatch", "M0 6 6 0M-1.5 1.5 1.5 -1.5M4.5 7.5 7.5 4.5", "hatch"),
    hatch("tl-cross", "M0 0 6 6M0 6 6 0", "cross"),
    shape(
      "pattern",
      { id: "tl-dots", width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      shape("circle", { class: "dots", cx: 1.5, cy: 1.5, r: 1 }),
      shape("circle", { class: "dots", cx: 4.5, cy: 4.5, r: 1 }),
    ),
    shape(
      "pattern",
      { id: "tl-drain", width: 5, height: 5, patternUnits: "userSpaceOnUse" },
      shape("path", { class: "drain-line", d: "M2.5 0V5" }),
    ),
  );
}

function hatch(id: string, path: string, name: string): Shape {
  return shape(
    "pattern",
    { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
    shape("path", { class: name, d: path }),
  );
}
