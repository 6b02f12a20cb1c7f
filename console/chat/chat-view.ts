import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { ViewProps } from "../view.ts";

export function ChatView({ path }: ViewProps): ComponentChildren {
  return h("section", { class: "chat" }, h("h1", null, `Chat ${path[0] ?? "home"}`));
}
