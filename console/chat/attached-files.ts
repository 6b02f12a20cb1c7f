import { h } from "preact";
import type { ComponentChildren } from "preact";
import { formatSize } from "./format-size.ts";
import type { Attached } from "./uploads.ts";
import { withTurnsTold } from "./visible-text.ts";

/** The files beside what is being written, and how far each is. */
export function AttachedFiles({
  attached,
  onRemove,
}: {
  readonly attached: readonly Attached[];
  readonly onRemove: (key: string) => void;
}): ComponentChildren {
  if (attached.length === 0) return null;
  return h(
    "ul",
    { class: "attached", "aria-label": "Attached files" },
    attached.map((one) => {
      const name = withTurnsTold(one.name);
      return h(
        "li",
        { key: one.key, class: one.state.at === "refused" ? "refused" : undefined },
        h("bdi", { class: "name" }, name),
        how(one),
        h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": `Remove ${name}`,
            onClick: () => onRemove(one.key),
          },
          "✕",
        ),
      );
    }),
  );
}

function how({ name, size, state }: Attached): ComponentChildren {
  switch (state.at) {
    case "waiting":
      return h("span", { class: "muted" }, "waiting…");
    case "sending":
      return h("progress", { max: 1, value: state.share, "aria-label": `Sending ${name}` });
    case "stored":
      return h("span", { class: "muted" }, formatSize(size));
    case "refused":
      return h("span", { role: "alert" }, `not attached: ${state.reason}`);
  }
}
