import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { SessionStatus } from "../../sessions/machine/state.ts";
import { formatRoute } from "../route.ts";
import { ChatPicker } from "./chat-picker.ts";

export interface ChatHeadProps {
  readonly name: string;
  readonly names: readonly string[];
  readonly status: SessionStatus | null;
  /** By key. */
  readonly sessions: ReadonlyMap<string, SessionStatus>;
}

const BADGES: Readonly<Record<SessionStatus, readonly [look: string, word: string]>> = {
  idle: ["", "idle"],
  starting: ["info", "starting"],
  running: ["info", "running"],
  awaiting_input: ["warn", "awaiting input"],
  interrupting: ["warn", "interrupting"],
  resume_pending: ["warn", "resume pending"],
  suspended: ["bad", "suspended"],
};

export function ChatHead({ name, names, status, sessions }: ChatHeadProps): ComponentChildren {
  const [key] = sessions.keys();
  return h(
    "header",
    { class: "chat-head" },
    h("h1", null, "Chat"),
    h(ChatPicker, { current: name, names }),
    status !== null && h(Badge, { status }),
    key !== undefined &&
      h("a", { class: "to-session", href: formatRoute("sessions", key) }, "Session"),
  );
}

function Badge({ status }: { readonly status: SessionStatus }): ComponentChildren {
  const [look, word] = BADGES[status];
  return h("span", { class: `badge ${look}` }, word);
}
