import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { formatClock, formatSpan } from "./format-time.ts";
import { describeGap } from "./gap-text.ts";
import type { Live } from "./live.ts";
import { isOutdated } from "./live-state.ts";
import type { Gap, LiveState } from "./live-state.ts";
import { after } from "./page-clock.ts";
import { useNow } from "./use-live.ts";

const GAP_SHOWN_MS = 30_000;

/** Says when the gateway is away, and when it is back what was missed. */
export function ConnectionBanner({
  live,
  state,
}: {
  readonly live: Live;
  readonly state: LiveState;
}): ComponentChildren {
  const { connection, gap } = state;
  useEffect(
    () => (gap === null ? undefined : after(GAP_SHOWN_MS, () => live.readGap())),
    [gap, live],
  );
  return h("div", { role: "status", "aria-live": "polite" }, content());

  function content(): ComponentChildren {
    switch (connection.at) {
      case "lost":
        return h(Away, { since: connection.since });
      case "refused":
        return h(Refused, {});
      case "connected":
        if (isOutdated(state)) return h(Outdated, { version: state.status?.version ?? "" });
        return gap === null ? null : h(Back, { gap, live });
      case "connecting":
        return null;
    }
  }
}

function Away({ since }: { readonly since: number }): ComponentChildren {
  const now = useNow(1000);
  return h(
    "div",
    { class: "banner warn" },
    h("span", { class: "pulse", "aria-hidden": "true" }),
    h(
      "span",
      null,
      `The gateway is away since ${formatClock(since)}; trying again`,
      // Not spoken each second.
      h("span", { "aria-hidden": "true" }, ` (${formatSpan(Math.max(0, now - since))})`),
    ),
  );
}

function Refused(): ComponentChildren {
  return h(
    "div",
    { class: "banner bad" },
    h(
      "span",
      null,
      "The gateway no longer lets this page in: ",
      h("code", null, "sluice console"),
      " prints a new link.",
    ),
  );
}

function Outdated({ version }: { readonly version: string }): ComponentChildren {
  return h(
    "div",
    { class: "banner warn" },
    h(
      "span",
      null,
      `The gateway was updated to ${version}: this page is the one of before. What is written and not sent is kept.`,
    ),
    h(
      "button",
      { type: "button", class: "button", onClick: () => location.reload() },
      "Load the page again",
    ),
  );
}

function Back({ gap, live }: { readonly gap: Gap; readonly live: Live }): ComponentChildren {
  return h(
    "div",
    { class: "banner good" },
    h("span", null, describeGap(gap)),
    h("button", { type: "button", class: "button", onClick: () => live.readGap() }, "Dismiss"),
  );
}
