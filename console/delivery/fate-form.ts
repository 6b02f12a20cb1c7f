import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Fate } from "../../gateway/fate.ts";
import { toFault } from "../api.ts";
import type { Api } from "../api.ts";
import { fateSentence } from "./delivery-words.ts";

/** What became of one message. */
export function FateForm({
  api,
  given,
}: {
  readonly api: Api;
  /** An id that stands in the address, or "". */
  readonly given: string;
}): ComponentChildren {
  const [id, setId] = useState(given);
  const [told, setTold] = useState("");
  const ask = async (): Promise<void> => {
    const wanted = id.trim();
    if (wanted === "") return setTold("An id begins with msg_.");
    try {
      setTold(
        fateSentence(await api.get<Fate>(`/api/v1/messages/${encodeURIComponent(wanted)}/fate`)),
      );
    } catch (thrown) {
      const { message, advice } = toFault(thrown);
      setTold(`${message}: ${advice}`);
    }
  };
  return h(
    "section",
    { class: "card", "aria-labelledby": "fate-title" },
    h("h2", { id: "fate-title" }, "What became of a message"),
    h(
      "form",
      {
        class: "fate-form",
        onSubmit: (event: SubmitEvent) => {
          event.preventDefault();
          void ask();
        },
      },
      h("label", { for: "fate-id" }, "Its id, as a session or the log shows it"),
      h("input", {
        id: "fate-id",
        class: "field mono",
        value: id,
        placeholder: "msg_…",
        autocomplete: "off",
        spellcheck: false,
        onInput: (event: InputEvent) => {
          if (event.target instanceof HTMLInputElement) setId(event.target.value);
        },
      }),
      h("button", { type: "submit", class: "button" }, "Look"),
    ),
    h("p", { class: "fate", role: "status" }, told),
  );
}
