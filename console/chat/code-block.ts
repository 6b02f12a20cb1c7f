import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { after } from "../page-clock.ts";
import { withTurnsTold } from "./visible-text.ts";

const COPIED_MS = 2000;

export function CodeBlock({
  language,
  text,
}: {
  readonly language: string | null;
  readonly text: string;
}): ComponentChildren {
  const code = useRef<HTMLElement>(null);
  const [told, setTold] = useState<"Copied" | "Selected" | null>(null);
  useEffect(() => (told === null ? undefined : after(COPIED_MS, () => setTold(null))), [told]);
  const copy = async (): Promise<void> => setTold(await copied(text, code.current));
  const name = language?.split(/\s/, 1)[0]?.slice(0, 40) ?? "";
  return h(
    "figure",
    { class: "code" },
    h(
      "figcaption",
      null,
      h("span", null, name === "" ? "Text" : name),
      h(
        "button",
        { type: "button", onClick: () => void copy(), "aria-label": told ?? "Copy the code" },
        told ?? "Copy",
      ),
    ),
    h(
      "pre",
      {
        tabIndex: 0,
        dir: "ltr",
        role: "group",
        "aria-label": `Code${name === "" ? "" : ` in ${name}`}`,
      },
      h("code", { ref: code }, withTurnsTold(text)),
    ),
  );
}

/** A page that was not loaded from this machine or over HTTPS may not write to the clipboard: then it is selected. */
async function copied(text: string, shown: HTMLElement | null): Promise<"Copied" | "Selected"> {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    if (shown !== null) getSelection()?.selectAllChildren(shown);
    return "Selected";
  }
}
