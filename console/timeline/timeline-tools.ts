import { h } from "preact";
import type { ComponentChildren } from "preact";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const SPANS: readonly (readonly [label: string, title: string, ms: number])[] = [
  ["15 min", "the last 15 minutes", 15 * MINUTE],
  ["1 h", "the last hour", HOUR],
  ["6 h", "the last 6 hours", 6 * HOUR],
  ["24 h", "the last 24 hours", 24 * HOUR],
  ["7 d", "the last 7 days", 7 * 24 * HOUR],
];

export interface ToolsProps {
  /** Null: it does not end now, or is none of those offered. */
  readonly spanMs: number | null;
  readonly isLive: boolean;
  readonly isTable: boolean;
  readonly onSpan: (ms: number) => void;
  readonly onZoom: (factor: number) => void;
  readonly onPan: (share: number) => void;
  readonly onNow: () => void;
  readonly onTable: (isTable: boolean) => void;
}

export function TimelineTools(props: ToolsProps): ComponentChildren {
  const tool = (label: string, sign: string, act: () => void): ComponentChildren =>
    h(
      "button",
      { type: "button", class: "button tool", "aria-label": label, title: label, onClick: act },
      sign,
    );
  return h(
    "div",
    { class: "timeline-tools" },
    h(
      "div",
      { class: "segmented", role: "group", "aria-label": "Span" },
      SPANS.map(([label, title, ms]) =>
        h(
          "button",
          {
            key: label,
            type: "button",
            title,
            "aria-pressed": props.spanMs === ms,
            onClick: () => props.onSpan(ms),
          },
          label,
        ),
      ),
    ),
    h(
      "div",
      { class: "tool-group", role: "group", "aria-label": "Move and zoom" },
      tool("Earlier", "←", () => props.onPan(-0.5)),
      tool("Zoom out", "−", () => props.onZoom(2)),
      tool("Zoom in", "+", () => props.onZoom(0.5)),
      tool("Later", "→", () => props.onPan(0.5)),
      h(
        "button",
        { type: "button", class: "button", disabled: props.isLive, onClick: props.onNow },
        props.isLive ? "Live" : "To now",
      ),
    ),
    h(
      "button",
      {
        type: "button",
        class: "button",
        "aria-pressed": props.isTable,
        onClick: () => props.onTable(!props.isTable),
      },
      "As a table",
    ),
  );
}
