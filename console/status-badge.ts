import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { SessionStatus } from "../sessions/machine/state.ts";
import { statusTone, statusWord } from "./status-words.ts";

export function StatusBadge({ status }: { readonly status: SessionStatus }): ComponentChildren {
  return h("span", { class: `badge ${statusTone(status)}` }, statusWord(status));
}
