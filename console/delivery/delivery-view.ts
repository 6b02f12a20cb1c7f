import { h } from "preact";
import type { ComponentChildren } from "preact";

export function DeliveryView(): ComponentChildren {
  return h("section", { class: "view" }, h("h1", null, "Delivery"));
}
