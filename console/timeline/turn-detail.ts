import { h } from "preact";
import type { ComponentChildren } from "preact";
import { formatClock } from "../format-time.ts";
import { formatRoute } from "../route.ts";
import type { Bar } from "./bars.ts";
import type { Lane } from "./picture.ts";
import { PHASES, endWords, lengthWords, triesWords } from "./words.ts";

/** Of the turn that is pointed at. */
export function TurnDetail({
  at,
  now,
}: {
  readonly at: { readonly lane: Lane; readonly bar: Bar } | null;
  readonly now: number;
}): ComponentChildren {
  if (at === null) {
    return h(
      "p",
      { class: "turn-detail turn-hint" },
      "Point at a turn, or Tab to it: arrow keys go on from there, Enter opens its session. ",
      h("kbd", null, "+"),
      " ",
      h("kbd", null, "−"),
      " or Ctrl and the wheel zoom.",
    );
  }
  const { turn } = at.bar;
  const { key, name } = at.lane;
  const about = [
    turn.isResumed ? "continues a conversation that was cut" : null,
    turn.origin === "auto" ? "began by itself" : null,
    triesWords(turn),
    turn.reason === null || turn.end === "completed" ? null : `because: ${turn.reason}`,
  ].filter((part) => part !== null);
  return h(
    "div",
    { class: "turn-detail" },
    h(
      "p",
      null,
      h("a", { href: formatRoute("sessions", key) }, h("bdi", null, name.name)),
      h("span", { class: "muted" }, ` ${name.place} · `),
      `${formatClock(turn.startedAt)}, ${lengthWords((turn.endedAt ?? now) - turn.startedAt)}, `,
      h("strong", null, endWords(turn)),
      about.length > 0 && h("span", { class: "muted" }, ` · ${about.join(" · ")}`),
    ),
    h(
      "p",
      { class: "muted" },
      turn.segments
        .map(
          ({ phase, from, until, boot }) =>
            `${PHASES[phase]}${phase === "awaiting_input" && boot === null ? " (without a worker)" : ""} ${lengthWords((until ?? now) - from)}`,
        )
        .join(" → "),
    ),
  );
}
