import { h } from "preact";
import type { ComponentChildren } from "preact";
import { formatRoute } from "../route.ts";

export interface WelcomeProps {
  /** The agent that works offline, by its script, answers here. */
  readonly isDemo: boolean;
  readonly onSay: (text: string) => void;
}

/** Of the demo agent; `help` lists them all. */
const TRIES: readonly { readonly say: string; readonly does: string }[] = [
  { say: "slow 20", does: "A long answer, word by word. Press Restart in the middle of it." },
  { say: "ask May I delete the old logs?", does: "It asks first. Allow or deny it here." },
  { say: "long 3000", does: "Headings, lists and code, streamed." },
  { say: "file Hello from the demo agent", does: "A file comes back." },
  { say: "tool 3", does: "It uses a tool for three seconds." },
  { say: "help", does: "Everything that the demo agent can do." },
];

/** For a newcomer, where no message is yet. */
export function Welcome({ isDemo, onSay }: WelcomeProps): ComponentChildren {
  return h(
    "div",
    { class: "welcome" },
    h("h2", null, "Nothing was said here yet"),
    h(
      "p",
      { class: "muted" },
      isDemo
        ? "The demo agent answers here. It needs no account and no network. Try one of these:"
        : "Write a message: the agent that is configured for this chat answers.",
    ),
    isDemo &&
      h(
        "ul",
        { class: "tries" },
        TRIES.map(({ say, does }) =>
          h(
            "li",
            { key: say },
            h(
              "button",
              { type: "button", class: "card", onClick: () => onSay(say) },
              h("code", null, say),
              h("span", null, does),
            ),
          ),
        ),
      ),
    h(
      "p",
      { class: "hint" },
      isDemo ? "Then, in the middle of an answer, press " : "In the middle of an answer, press ",
      h("a", { href: formatRoute("restart") }, "Restart"),
      " and watch it: the answer may finish, or is cut, marked and continued. No message is lost.",
    ),
  );
}
