import type { Bar, BarPart, MarkLine } from "./bars.ts";
import type { Band } from "./bands.ts";
import { BAR_HEIGHT } from "./picture.ts";
import type { Lane, Picture } from "./picture.ts";
import { box, shape, writing } from "./shape.ts";
import type { Shape } from "./shape.ts";
import { endSign } from "./signs.ts";
import { fitting, roomFor } from "./text-room.ts";

const AXIS_Y = 15;
const LIFE_Y = 24;
const LIFE_HEIGHT = 14;
const LABELS_Y = 56;
const ROW_PX = 18;

/** The times, the gateway's own bar, and what it went through. */
export function drawHead(picture: Picture): readonly Shape[] {
  const { head, left, width } = picture;
  return [
    ...head.ticks.map(({ x, label }) => tickLabel(x, label, width)),
    left > 0 ? writing("lane-name", { x: 0, y: LIFE_Y + 12 }, "Gateway") : shape("g", {}),
    shape(
      "g",
      { class: "life" },
      ...head.life.map(({ kind, x, width: wide, words }) =>
        shape(
          "g",
          { class: kind },
          shape("title", {}, words),
          box("ground", [x, LIFE_Y, wide, LIFE_HEIGHT]),
          ...(kind === "up" ? [] : [box("pattern", [x, LIFE_Y, wide, LIFE_HEIGHT], FILL[kind])]),
        ),
      ),
    ),
    ...picture.bands.map((band) => drawBand(band, { from: LIFE_Y, until: head.height })),
    ...head.labels.map(({ kind, text, x, from, row }) =>
      shape(
        "g",
        { class: `band-label ${kind}` },
        shape("path", {
          class: "stem",
          d: `M${from + 0.5} ${LIFE_Y + LIFE_HEIGHT}V${LABELS_Y + row * ROW_PX - 4}`,
        }),
        writing("", { x: x + 5, y: LABELS_Y + row * ROW_PX }, text),
      ),
    ),
    ...drawNow(picture, { from: LIFE_Y - 4, until: head.height }),
  ];
}

const FILL = {
  starting: { fill: "url(#tl-hatch)" },
  draining: { fill: "url(#tl-drain)" },
};

export interface LanesOptions {
  /** Where a bar leads; null = nowhere, as in a picture that is only looked at. */
  readonly href: ((lane: Lane) => string) | null;
  readonly isDrawn?: (lane: Lane) => boolean;
}

export function drawLanes(
  picture: Picture,
  { href, isDrawn = () => true }: LanesOptions,
): readonly Shape[] {
  const { lanes, height, width, left, head } = picture;
  return [
    ...head.ticks.map(({ x }) => shape("path", { class: "grid", d: `M${x} 0V${height}` })),
    ...lanes.map(({ y, height: tall }) =>
      shape("path", { class: "lane-line", d: `M0 ${y + tall - 0.5}H${width}` }),
    ),
    ...picture.bands.map((band) => drawBand(band, { from: 0, until: height })),
    ...drawNow(picture, { from: 0, until: height }),
    ...lanes.filter(isDrawn).map((lane) => drawLane(lane, left, href?.(lane) ?? null)),
  ];
}

function tickLabel(x: number, label: string, width: number): Shape {
  const anchor = x > width - 24 ? "end" : "middle";
  return shape("text", { class: "tick", x, y: AXIS_Y, "text-anchor": anchor }, label);
}

function drawBand(
  { kind, x, width, words }: Band,
  { from, until }: { readonly from: number; readonly until: number },
): Shape {
  const at = [x, from, width, until - from] as const;
  if (kind === "cut") {
    return shape(
      "g",
      { class: "band cut" },
      shape("title", {}, words),
      shape("path", { d: `M${x} ${from}V${until}` }),
    );
  }
  const pattern = { drain: "tl-drain", restart: "tl-hatch", killed: "tl-cross" }[kind];
  return shape(
    "g",
    { class: `band ${kind}` },
    shape("title", {}, words),
    box("ground", at),
    box("pattern", at, { fill: `url(#${pattern})` }),
    shape("path", { d: `M${x} ${from}V${until}` }),
  );
}

function drawNow({ nowX }: Picture, { from, until }: { from: number; until: number }): Shape[] {
  return nowX === null ? [] : [shape("path", { class: "now", d: `M${nowX} ${from}V${until}` })];
}

function drawLane(lane: Lane, left: number, href: string | null): Shape {
  const { name, y, height, barY, bars, marks, isNameAbove, isPlaceShown } = lane;
  const room = isNameAbove ? Infinity : left;
  const shown = fitting(name.name, Math.min(28, Math.floor(room / 7.4)));
  const baseline = isNameAbove ? y + 17 : y + height / 2 + 4.5;
  const drawn = shape(
    "g",
    { class: "lane" },
    shape("title", {}, `${name.name}, ${name.place}`),
    shape(
      "text",
      { class: "lane-name", x: 0, y: baseline },
      shape("tspan", {}, shown),
      ...(isPlaceShown && roomFor(shown) + roomFor(name.place) + 16 < room
        ? [shape("tspan", { class: "place", dx: 8 }, name.place)]
        : []),
    ),
    ...marks.map((mark) => drawMark(mark, barY + BAR_HEIGHT / 2)),
    ...bars.map((bar) => drawBar(bar, barY, { href, name: name.name })),
  );
  return { ...drawn, key: lane.key };
}

function drawMark({ kind, x, width, text, isContinued }: MarkLine, y: number): Shape {
  const end = x + width;
  const arrow = isContinued ? `M${end - 7} ${y - 4} ${end - 1} ${y} ${end - 7} ${y + 4}` : "";
  const told = end - 14;
  const line =
    text === null
      ? `M${x} ${y}H${end}`
      : `M${x} ${y}H${told - roomFor(text)}M${told + 4} ${y}H${end}`;
  return shape(
    "g",
    { class: `mark ${kind}` },
    shape("path", { class: "line", d: line }),
    ...(arrow === "" ? [] : [shape("path", { class: "arrow", d: arrow })]),
    ...(text === null
      ? []
      : [shape("text", { class: "told", x: told, y: y + 4, "text-anchor": "end" }, text)]),
  );
}

function drawBar(
  { turn, x, width, parts, end, words }: Bar,
  y: number,
  { href, name }: { readonly href: string | null; readonly name: string },
): Shape {
  const middle = y + BAR_HEIGHT / 2;
  const link =
    href === null
      ? {}
      : { href, "data-turn": turn.id, tabindex: -1, "aria-label": `${name}: ${words}` };
  const bar = shape(
    href === null ? "g" : "a",
    { class: `turn ${turn.end ?? "open"}`, ...link },
    ...(href === null ? [shape("title", {}, words)] : []),
    ...parts.map((part) => shape("g", { class: `part ${part.kind}` }, ...ground(part, y))),
    box("ring", [x - 2, y - 2, width + 4, BAR_HEIGHT + 4], { rx: 4 }),
    ...(end === null ? [] : [endSign(end.kind, { x: end.x, y: middle })]),
  );
  // Beside the link and not in it: its name says more than fits here.
  const drawn = shape(
    "g",
    {},
    bar,
    ...parts.flatMap(({ kind, x: from, text }) =>
      text === null
        ? []
        : [
            shape(
              "g",
              { class: `part ${kind}` },
              writing("", { x: from + 7, y: middle + 4 }, text),
            ),
          ],
    ),
    ...(end?.text == null
      ? []
      : [writing(`told ${end.kind}`, { x: end.x + 11, y: middle + 4 }, end.text)]),
  );
  return { ...drawn, key: turn.id };
}

function ground({ kind, x, width }: BarPart, y: number): readonly Shape[] {
  const at = [x, y, width, BAR_HEIGHT] as const;
  const rx = Math.min(3, width / 2);
  const fill = PART_FILL[kind];
  return [
    box("ground", at, { rx }),
    ...(fill === undefined ? [] : [box("pattern", at, { rx, fill })]),
  ];
}

const PART_FILL: Readonly<Partial<Record<BarPart["kind"], string>>> = {
  starting: "url(#tl-hatch)",
  awaiting_input: "url(#tl-dots)",
  interrupting: "url(#tl-cross)",
};
