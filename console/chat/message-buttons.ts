import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { Outgoing } from "./outgoing.ts";
import type { Button } from "../../sessions/message.ts";

export interface MessageButtonsProps {
  readonly rows: readonly (readonly Button[])[];
  /** What was pressed and has shown no effect yet: until then nothing else can be. */
  readonly pressed: Outgoing | null;
  readonly onPress: (button: Button) => void;
}

export function MessageButtons({ rows, pressed, onPress }: MessageButtonsProps): ComponentChildren {
  if (rows.length === 0) return null;
  const data = pressed?.post.kind === "press" ? pressed.post.data : null;
  return h(
    "div",
    { class: "answers", role: "group", "aria-label": "Answers" },
    rows.map((row, at) =>
      h(
        "div",
        { key: at, class: "answer-row" },
        row.map((button) =>
          h(
            "button",
            {
              key: button.data,
              type: "button",
              class: data === button.data ? "button chosen" : "button",
              "aria-disabled": data !== null,
              onClick: ({ currentTarget }: { currentTarget: HTMLButtonElement }) => {
                if (data !== null) return;
                onPress(button);
                // It goes when the message changes, and the focus would go with it.
                currentTarget.closest<HTMLElement>(".log")?.focus({ preventScroll: true });
              },
            },
            h("bdi", null, button.label),
            data === button.data && h("span", { class: "spoken" }, " (chosen)"),
          ),
        ),
      ),
    ),
    pressed?.state.at === "sending" &&
      pressed.state.reason !== null &&
      h("p", { class: "own-fate warn" }, `Not sent yet: ${pressed.state.reason}; trying on`),
  );
}
