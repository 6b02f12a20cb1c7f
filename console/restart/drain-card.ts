import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { DrainReport } from "../../gateway/operations.ts";
import { lengthWords } from "../timeline/words.ts";
import { drainSentence } from "./plan-words.ts";
import { KeyList, TurnList } from "./turn-list.ts";

const TITLES: Readonly<Record<DrainReport["then"], string>> = {
  restart: "Restarting",
  stop: "Stopping",
  stay: "Draining",
};

/** A drain as it goes on. */
export function DrainCard({ drain }: { readonly drain: DrainReport }): ComponentChildren {
  const { phase, elapsedMs, remainingMs, waitingFor, cut, requeued } = drain;
  const isWaiting = phase === "waiting";
  const whole = elapsedMs + remainingMs;
  return h(
    "section",
    { class: "card drain", "aria-labelledby": "drain-title" },
    h(
      "h2",
      { id: "drain-title" },
      h("span", { class: "pulse", "aria-hidden": "true" }),
      phase === "drained" && drain.then === "stay" ? "Drained" : TITLES[drain.then],
    ),
    h("p", { class: "plan-main", role: "status" }, drainSentence(drain)),
    isWaiting && [
      h("progress", {
        max: Math.max(1, whole),
        value: elapsedMs,
        "aria-label": "Time that running turns have",
      }),
      h(
        "p",
        { class: "drain-times muted" },
        h("span", null, `${lengthWords(elapsedMs)} gone`),
        h("span", null, `${lengthWords(remainingMs)} left until they are cut`),
      ),
    ],
    waitingFor.length > 0 && h(TurnList, { turns: waitingFor }),
    cut.length > 0 && [h("h3", null, "Cut, to be continued"), h(KeyList, { keys: cut })],
    requeued.length > 0 && [h("h3", null, "Back in the queue"), h(KeyList, { keys: requeued })],
  );
}
