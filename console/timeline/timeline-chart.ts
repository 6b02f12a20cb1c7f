import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Timeline } from "../../gateway/report/timeline.ts";
import { formatRoute } from "../route.ts";
import { drawHead, drawLanes } from "./draw.ts";
import { barOf, firstTurn, neighbour } from "./neighbours.ts";
import type { Way } from "./neighbours.ts";
import type { Lane } from "./picture.ts";
import { toPicture } from "./picture.ts";
import { timeAt } from "./scale.ts";
import { patterns } from "./signs.ts";
import { wallClock } from "./time-ticks.ts";
import type { TimeWindow } from "./time-window.ts";
import { toNode } from "./to-node.ts";
import { useSeenSpan, useWidth } from "./use-place.ts";
import { TurnDetail } from "./turn-detail.ts";

export interface ChartProps {
  readonly timeline: Timeline;
  readonly window: TimeWindow;
  /** By the gateway's clock. */
  readonly now: number;
  /** Since when the gateway does not answer, by its clock; null: it answers. */
  readonly lostAt: number | null;
  readonly onZoom: (factor: number, at?: number) => void;
  readonly onPan: (share: number) => void;
}

/** From this width on, names stand beside their lanes. */
const WIDE_PX = 640;
const GUTTER_PX = 148;
const KEY_PAN = 0.2;

const WAYS: Readonly<Record<string, Way>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};

export function TimelineChart(props: ChartProps): ComponentChildren {
  const { timeline, window, now, lostAt, onZoom, onPan } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [pointed, setPointed] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const gutter = width >= WIDE_PX ? GUTTER_PX : 0;
  const { from, until } = window;
  const picture = useMemo(() => {
    const clock = wallClock(-new Date(until).getTimezoneOffset() * 60_000);
    return toPicture(timeline, { window: { from, until }, width, gutter, clock, now, lostAt });
  }, [timeline, from, until, width, gutter, now, lostAt]);
  const { lanes, head, height } = picture;
  const focusable = barOf(lanes, focused) === null ? firstTurn(lanes) : focused;
  const seenSpan = useSeenSpan(place);
  const headNodes = useMemo(
    () => [patterns(), ...drawHead(picture)].map((shape) => toNode(shape, null)),
    [picture],
  );
  // A thousand bars are drawn as far as they are seen; where the focus is stays there.
  const laneNodes = useMemo(() => {
    const isDrawn = ({ y, height: tall, bars }: Lane): boolean =>
      (y + tall + head.height > seenSpan.from && y + head.height < seenSpan.until) ||
      bars.some(({ turn }) => turn.id === focused);
    const href = (lane: Lane): string => formatRoute("sessions", lane.key);
    return drawLanes(picture, { href, isDrawn }).map((shape) => toNode(shape, focusable));
  }, [picture, seenSpan.from, seenSpan.until, focused, focusable]);

  const seen = useRef({ window, left: gutter, right: width, onZoom, onPan });
  seen.current = { window, left: gutter, right: width, onZoom, onPan };
  useEffect(() => {
    const chart = place.current;
    if (chart === null) return;
    // By hand, as it must be told that the page is not to be zoomed or scrolled.
    const wheel = (event: WheelEvent): void => {
      const { left, right, onZoom: zoomAt, onPan: move } = seen.current;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const x = Math.max(left, event.clientX - chart.getBoundingClientRect().left);
        const factor = Math.exp(Math.max(-50, Math.min(50, event.deltaY)) / 100);
        zoomAt(factor, timeAt(x, { left, right, window: seen.current.window }));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        move(event.deltaX / (right - left));
      }
    };
    chart.addEventListener("wheel", wheel, { passive: false });
    return () => chart.removeEventListener("wheel", wheel);
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actOf(event);
    if (act === null) return;
    event.preventDefault();
    act();
  }

  function actOf(event: KeyboardEvent): (() => void) | null {
    if (event.key === "+" || event.key === "=") return () => onZoom(0.5);
    if (event.key === "-") return () => onZoom(2);
    const way = WAYS[event.key];
    const turn = turnAt(event.target);
    if (way === undefined) return null;
    if (turn !== null && !event.shiftKey) {
      return () => {
        const next = neighbour(lanes, turn, way);
        if (next !== null) focusTurn(place.current, next);
      };
    }
    if (way === "left") return () => onPan(-KEY_PAN);
    return way === "right" ? () => onPan(KEY_PAN) : null;
  }

  return h(
    "div",
    { class: "timeline-chart card" },
    h(
      "div",
      {
        class: "chart-place",
        ref: place,
        role: "group",
        "aria-label": "Turns of each session over time",
        tabIndex: 0,
        onKeyDown,
        onFocusIn: (event: FocusEvent) => setFocused(turnAt(event.target)),
        onFocusOut: () => setFocused(null),
        onPointerOver: (event: PointerEvent) => setPointed(turnAt(event.target)),
        onPointerLeave: () => setPointed(null),
      },
      width > 0 && [
        h(
          "svg",
          { key: "head", class: "picture head", width, height: head.height, "aria-hidden": "true" },
          headNodes,
        ),
        h("svg", { key: "lanes", class: "picture", width, height }, laneNodes),
        lanes.length === 0 &&
          h(
            "p",
            { key: "empty", class: "empty" },
            h("strong", null, "No turn in this span"),
            "Zoom out, or say something in a chat.",
          ),
      ],
    ),
    h(TurnDetail, { at: barOf(lanes, pointed ?? focused), now: lostAt ?? now }),
  );
}

function turnAt(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  return target.closest("[data-turn]")?.getAttribute("data-turn") ?? null;
}

function focusTurn(place: HTMLElement | null, turn: string): void {
  const bar = place?.querySelector(`[data-turn="${CSS.escape(turn)}"]`);
  if (bar instanceof SVGElement) bar.focus();
}
