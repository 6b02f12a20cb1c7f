import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { GatewayPhase } from "../gateway/operations.ts";
import { figuresOf } from "./glance-figures.ts";
import type { LiveState } from "./live-state.ts";

/** The gateway in one line. */
export function Glance({
  state,
  waiting,
}: {
  readonly state: LiveState;
  /** Requests that wait for a person, also those of turns that an earlier boot left. */
  readonly waiting: number;
}): ComponentChildren {
  const { status } = state;
  return h(
    "div",
    { class: "glance" },
    h(PhaseBadge, { state }),
    status !== null &&
      h(
        "dl",
        null,
        figuresOf(status, waiting).map(([name, value]) =>
          h("div", { key: name }, h("dt", null, name), h("dd", null, value)),
        ),
      ),
  );
}

const TONES: Readonly<Record<GatewayPhase, string>> = {
  starting: "info",
  running: "good",
  draining: "warn",
  drained: "warn",
  stopped: "bad",
  failed: "bad",
};

function PhaseBadge({ state }: { readonly state: LiveState }): ComponentChildren {
  const { connection, status } = state;
  if (connection.at === "lost") return h("span", { class: "badge bad" }, "away");
  if (connection.at === "refused") return h("span", { class: "badge bad" }, "not let in");
  if (status === null) return h("span", { class: "badge" }, "connecting");
  if (status.held !== null) return h("span", { class: "badge bad" }, "held back");
  return h("span", { class: `badge ${TONES[status.phase]}` }, status.phase);
}
