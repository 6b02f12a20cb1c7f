import { h } from "preact";
import type { ComponentChildren } from "preact";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { formatRoute } from "../route.ts";
import { lengthWords } from "../timeline/words.ts";
import type { Aftermath, Fallen } from "./aftermath.ts";
import { counted } from "./plan-words.ts";
import { KeyList } from "./turn-list.ts";

const BECAME: Readonly<Record<Fallen["became"], string>> = {
  goes_on: "goes on now",
  completed: "was continued and completed",
  came_late: "its answer came after all",
  waits: "waits for the next message to be continued",
  set_aside: "set aside after several cuts",
  ended: "is over",
};

const TITLES: Readonly<Record<Aftermath["how"], string>> = {
  restart: "The last restart",
  stop: "The last stop",
  killed: "It was killed, or crashed",
};

/** What the latest restart did, read from what is stored. */
export function AftermathCard({
  aftermath,
  now,
  onContinue,
}: {
  readonly aftermath: Aftermath;
  /** By the gateway's clock. */
  readonly now: number;
  readonly onContinue: (key: string) => void;
}): ComponentChildren {
  const { how, goneAt, backAt, drainMs, by, endedInTime, cut, requeued, waited } = aftermath;
  const became = new Map<string, Fallen["became"]>(cut.map((each) => [each.key, each.became]));
  return h(
    "section",
    { class: "card aftermath", "aria-labelledby": "aftermath-title" },
    h(
      "h2",
      { id: "aftermath-title" },
      TITLES[how],
      h(
        "span",
        { class: "muted when", title: formatAbsolute(goneAt) },
        formatRelative(goneAt, now),
      ),
    ),
    h(
      "dl",
      { class: "figures" },
      figure("away for", lengthWords(Math.max(0, backAt - goneAt))),
      drainMs !== null && figure("drained for", lengthWords(drainMs)),
      figure("cut", String(cut.length)),
      drainMs !== null && figure("ended in time", String(endedInTime.length)),
    ),
    by !== null && h("p", { class: "muted" }, "Asked for by ", h("bdi", null, by), "."),
    cut.length === 0
      ? h("p", null, "Nobody was cut.")
      : [
          h("h3", null, "Cut"),
          h(KeyList, {
            keys: [...became.keys()],
            besideOf: (key: string) => [
              h("span", { class: "muted" }, BECAME[became.get(key) ?? "ended"]),
              became.get(key) === "waits" &&
                h(
                  "button",
                  { type: "button", class: "button", onClick: () => onContinue(key) },
                  "Continue now",
                ),
            ],
          }),
        ],
    requeued.length > 0 && [
      h("h3", null, "Had not begun, began again"),
      h(KeyList, { keys: requeued }),
    ],
    waited.length > 0 &&
      h(
        "p",
        { class: "muted" },
        `${counted(waited.length, "question")} waited for a person over it.`,
      ),
    h("p", null, h("a", { href: formatRoute("timeline") }, "See it on the timeline")),
  );
}

function figure(name: string, value: string): ComponentChildren {
  return h("div", null, h("dt", null, name), h("dd", null, value));
}
