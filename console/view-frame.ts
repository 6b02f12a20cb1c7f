import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { toFault } from "./api.ts";

/** A view that breaks takes no other with it. */
export function ViewFrame({
  children,
}: {
  readonly children?: ComponentChildren;
}): ComponentChildren {
  const boundary: readonly [unknown, () => void] = useErrorBoundary();
  const [thrown, tryAgain] = boundary;
  if (thrown === undefined) return children;
  return h(
    "div",
    { class: "view" },
    h(
      "div",
      { class: "notice bad", role: "alert" },
      h("p", null, `This view broke: ${toFault(thrown).message}`),
    ),
    h("p", null, h("button", { type: "button", class: "button", onClick: tryAgain }, "Try again")),
  );
}
