import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { WaitedTurn } from "../../gateway/operations.ts";
import { SessionLink } from "../session-link.ts";
import { StatusBadge } from "../status-badge.ts";
import { lengthWords } from "../timeline/words.ts";

/** More are a number. */
const MOST = 50;

/** Turns that a restart waits for, or would cut. */
export function TurnList({ turns }: { readonly turns: readonly WaitedTurn[] }): ComponentChildren {
  return h(
    "ul",
    { class: "turn-list" },
    turns
      .slice(0, MOST)
      .map((turn) =>
        h(
          "li",
          { key: turn.turn },
          h(SessionLink, { sessionKey: turn.key }),
          h(StatusBadge, { status: turn.status }),
          h(
            "span",
            { class: "muted" },
            `for ${lengthWords(turn.runningMs)}, silent ${lengthWords(turn.silentMs)}`,
          ),
        ),
      ),
    turns.length > MOST && h("li", { class: "muted" }, `and ${turns.length - MOST} more`),
  );
}

export function KeyList({
  keys,
  besideOf,
}: {
  readonly keys: readonly string[];
  readonly besideOf?: (key: string) => ComponentChildren;
}): ComponentChildren {
  return h(
    "ul",
    { class: "turn-list" },
    keys
      .slice(0, MOST)
      .map((key) => h("li", { key }, h(SessionLink, { sessionKey: key }), besideOf?.(key))),
    keys.length > MOST && h("li", { class: "muted" }, `and ${keys.length - MOST} more`),
  );
}
