import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { SessionStatus } from "../../sessions/machine/state.ts";
import { formatRoute } from "../route.ts";
import type { ChatLink } from "./chat-state.ts";

export interface TurnLineProps {
  readonly link: ChatLink;
  readonly status: SessionStatus | null;
  readonly isAtWork: boolean;
  /** What waits here for a gateway that is away. */
  readonly unsent: number;
}

/** What happens in this chat now, in one line above the composer. */
export function TurnLine({ link, status, isAtWork, unsent }: TurnLineProps): ComponentChildren {
  return h("div", { class: "turn-line" }, words());

  function words(): ComponentChildren {
    if (link.at === "lost") {
      return h(
        "p",
        { class: "warn" },
        h("span", { class: "pulse" }),
        unsent === 0
          ? "The gateway is away. Write on: it is sent when it is back."
          : `The gateway is away. ${unsent === 1 ? "1 message waits" : `${unsent} messages wait`} here and ${unsent === 1 ? "is" : "are"} sent when it is back.`,
      );
    }
    if (link.at === "loading") return h("p", null, "Loading…");
    if (isAtWork) {
      return h(
        "p",
        null,
        dots(),
        status === "interrupting" ? "The agent is stopping." : "The agent is at work.",
        " ",
        h("a", { href: formatRoute("restart") }, "Restart the gateway now"),
        h("span", { class: "aside" }, " and see what becomes of it."),
      );
    }
    switch (status) {
      case "awaiting_input":
        return h("p", { class: "warn" }, "The agent waits for your answer above.");
      case "resume_pending":
        return h(
          "p",
          { class: "warn" },
          "The answer was cut short. It continues with your next message.",
        );
      case "suspended":
        return h(
          "p",
          { class: "bad" },
          "Suspended: cut short too often. Your next message starts afresh.",
        );
      case "idle":
      case "starting":
      case "running":
      case "interrupting":
      case null:
        return null;
    }
  }
}

function dots(): ComponentChildren {
  return h(
    "span",
    { class: "at-work", "aria-hidden": "true" },
    h("i", null),
    h("i", null),
    h("i", null),
  );
}
