import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { formatRoute } from "../route.ts";

export interface ChatPickerProps {
  readonly current: string;
  readonly names: readonly string[];
}

/** As the gateway takes them: `docs/local-chat.md`. */
const NAME = "[A-Za-z0-9_.@+=\\-]{1,64}";

/** Goes to another chat of this network, by its address. */
export function ChatPicker({ current, names }: ChatPickerProps): ComponentChildren {
  const [isNaming, setNaming] = useState(false);
  const go = (name: string): void => {
    setNaming(false);
    location.hash = formatRoute("chat", name);
  };
  if (isNaming) {
    return h(
      "form",
      {
        class: "picker",
        onSubmit: (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
          event.preventDefault();
          const name = new FormData(event.currentTarget).get("name");
          if (typeof name === "string" && name !== "") go(name);
        },
        onKeyDown: ({ key }: KeyboardEvent) => {
          if (key === "Escape") setNaming(false);
        },
      },
      h("input", {
        class: "field",
        name: "name",
        required: true,
        pattern: NAME,
        maxLength: 64,
        title: "1 to 64 letters, digits or any of . @ + = _ -",
        "aria-label": "Name of the other chat",
        placeholder: "its name",
        autocomplete: "off",
        ref: (input: HTMLInputElement | null) => input?.focus(),
      }),
      h("button", { type: "submit", class: "button" }, "Open"),
      h(
        "button",
        { type: "button", class: "button quiet", onClick: () => setNaming(false) },
        "Cancel",
      ),
    );
  }
  return h(
    "div",
    { class: "picker" },
    h(
      "select",
      {
        class: "field",
        "aria-label": "Chat",
        value: current,
        onChange: ({ currentTarget }: { currentTarget: HTMLSelectElement }) =>
          go(currentTarget.value),
      },
      names.map((name) => h("option", { key: name, value: name }, name)),
    ),
    h(
      "button",
      {
        type: "button",
        class: "button quiet",
        "aria-label": "Another chat",
        onClick: () => setNaming(true),
      },
      h("span", { class: "wide" }, "Another chat"),
      h("span", { class: "narrow" }, "+"),
    ),
  );
}
