import { h } from "preact";
import type { VNode } from "preact";

export function ChatView({ path }: ViewProps): VNode {
  return h("section", { class: "chat" }, h("h1", null, `Chat ${path[0] ?? "home"}`));
}
