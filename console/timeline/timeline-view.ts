import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useLive, useNow } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { isLive, notBeyond, pan, upTo, zoom } from "./time-window.ts";
import type { TimeWindow } from "./time-window.ts";
import { TimelineChart } from "./timeline-chart.ts";
import { TimelineTable } from "./timeline-table.ts";
import { TimelineTools } from "./timeline-tools.ts";
import { useTimeline } from "./use-timeline.ts";

/** What is looked at: the latest so many ms, moving on; or a span that stands still. */
type Look =
  /** The latest so many ms; null = as much as there is to see. */
  | { readonly kind: "latest"; readonly spanMs: number | null }
  | { readonly kind: "span"; readonly window: TimeWindow };

const FIRST_MS = 15 * 60_000;
const YOUNG_MS = 20_000;
/** What a turn takes to be laid out anew should not be taken too often. */
const TURN_MS = 2;

export function TimelineView({ api, live }: ViewProps): ComponentChildren {
  const [look, setLook] = useState<Look>({ kind: "latest", spanMs: null });
  const [isTable, setIsTable] = useState(false);
  const { epoch, connection } = useLive(live);
  const [aheadMs, setAheadMs] = useState(0);
  const [firstStart, setFirstStart] = useState<number | null>(null);
  const [turns, setTurns] = useState(0);
  const now = useNow(Math.max(tickMs(look), turns * TURN_MS)) + aheadMs;
  const spanMs = look.kind === "latest" ? (look.spanMs ?? fittingMs(firstStart, now)) : null;
  const window = look.kind === "span" ? look.window : upTo(now, spanMs ?? FIRST_MS);
  const loaded = useTimeline({ api, live }, window, `${epoch} ${connection.at}`);
  if (Math.abs(loaded.aheadMs - aheadMs) > 250) setAheadMs(loaded.aheadMs);
  const { timeline, fault } = loaded;
  const [oldest] = timeline?.boots ?? [];
  if (firstStart === null && oldest !== undefined) setFirstStart(oldest.startedAt);
  const count = timeline?.sessions.reduce((sum, session) => sum + session.turns.length, 0) ?? 0;
  if (count !== turns) setTurns(count);

  const show = (next: TimeWindow): void => {
    const fitting = notBeyond(next, now);
    setLook(
      isLive(fitting, now)
        ? { kind: "latest", spanMs: fitting.until - fitting.from }
        : { kind: "span", window: fitting },
    );
  };
  const lostAt = connection.at === "lost" ? connection.since + aheadMs : null;
  // What moves on with the time is zoomed about the present.
  const onZoom = (factor: number, at?: number): void =>
    show(zoom(window, factor, at ?? (look.kind === "latest" ? now : undefined)));
  const onPan = (share: number): void => show(pan(window, share, now));

  return h(
    "section",
    { class: "view timeline" },
    h(
      "div",
      { class: "view-head" },
      h("h1", null, "Timeline"),
      h(TimelineTools, {
        spanMs,
        isLive: look.kind === "latest",
        isTable,
        onSpan: (ms: number) => setLook({ kind: "latest", spanMs: ms }),
        onZoom,
        onPan,
        onNow: () => setLook({ kind: "latest", spanMs: window.until - window.from }),
        onTable: setIsTable,
      }),
    ),
    fault !== null &&
      fault.code !== "gateway_away" &&
      h("p", { class: "notice bad", role: "alert" }, `${fault.message}: ${fault.advice}`),
    timeline !== null &&
      !timeline.isWhole &&
      h(
        "p",
        { class: "notice" },
        "More happened than is drawn: the oldest is left out, and some turns are without their parts. A shorter span shows all of it.",
      ),
    timeline === null
      ? h("p", { class: "muted" }, fault === null ? "Loading…" : "Nothing is known of it now.")
      : isTable
        ? h(TimelineTable, { timeline, window })
        : h(TimelineChart, { timeline, window, now, lostAt, onZoom, onPan }),
  );
}

/** How often the picture moves on: about a pixel at a time. */
function tickMs(look: Look): number {
  const spanMs =
    look.kind === "latest" ? (look.spanMs ?? YOUNG_MS) : look.window.until - look.window.from;
  return Math.min(30_000, Math.max(500, spanMs / 1000));
}

/** What there is to see of an installation that has just begun fills the picture. */
function fittingMs(firstStart: number | null, now: number): number {
  if (firstStart === null) return FIRST_MS;
  return Math.min(FIRST_MS, Math.max(YOUNG_MS, (now - firstStart) * 1.15));
}
