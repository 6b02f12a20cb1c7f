import { h } from "preact";
import type { ComponentChildren } from "preact";

export function TimelineView(): ComponentChildren {
  return h("section", { class: "view" }, h("h1", null, "Timeline"));
}
