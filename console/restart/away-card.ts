import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { DrainReport } from "../../gateway/operations.ts";
import { lengthWords } from "../timeline/words.ts";
import { useNow } from "../use-live.ts";

/** A supervisor has it back by then. */
const LONG_MS = 8000;

/** The gateway is gone: what that means, by what was asked of it last. */
export function AwayCard({
  since,
  last,
}: {
  readonly since: number;
  readonly last: DrainReport | null;
}): ComponentChildren {
  const awayMs = Math.max(0, useNow(250) - since);
  const isStop = last?.then === "stop" && last.phase !== "cancelled";
  return h(
    "section",
    { class: "card away", "aria-labelledby": "away-title" },
    h(
      "h2",
      { id: "away-title" },
      isStop
        ? "The gateway was stopped"
        : last?.then === "restart" && last.phase !== "cancelled"
          ? "Restarting: the gateway is away for a moment"
          : "The gateway is away",
      h("span", { class: "away-for", "aria-hidden": "true" }, lengthWords(awayMs)),
    ),
    h(
      "p",
      null,
      isStop
        ? "It stays so until somebody starts it. What was queued is kept."
        : "Nothing is lost: what the networks were told we have is on disk. This page goes on by itself when it is back.",
    ),
    !isStop &&
      awayMs > LONG_MS &&
      h(
        "p",
        { class: "notice warn" },
        "It stays away longer than a restart takes. Under ",
        h("code", null, "npm start"),
        " or a service it is started again by itself; after ",
        h("code", null, "sluice run"),
        " alone nobody does that: start it where it ran, and look at what it said last.",
      ),
  );
}
