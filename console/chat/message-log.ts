import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { now } from "../page-clock.ts";
import type { ChatRow } from "./chat-rows.ts";
import { MessageItem, PendingItem } from "./message-item.ts";
import type { LogActions } from "./message-item.ts";
import { formatDay } from "./message-look.ts";
import { useEndOfLog } from "./use-end-of-log.ts";

export interface MessageLogProps {
  readonly rows: readonly ChatRow[];
  /** External id of the answer that is being written. */
  readonly growing: string | null;
  readonly fates: ReadonlyMap<string, string>;
  readonly hasEarlier: boolean;
  readonly actions: LogActions;
  /** Grows with each thing that was written here: the log then shows it. */
  readonly written: number;
  readonly onEarlier: () => void;
  readonly onEnd: (isAtEnd: boolean) => void;
  /** What stands there when nothing else does. */
  readonly empty: ComponentChildren;
}

export function MessageLog(props: MessageLogProps): ComponentChildren {
  const { rows, growing, fates, hasEarlier, actions, written, onEarlier, onEnd, empty } = props;
  const { scroller, content, isAtEnd, toEnd } = useEndOfLog(rows[0]?.key ?? null);
  const unseen = useUnseen(rows, isAtEnd);
  useEffect(toEnd, [written, toEnd]);
  useEffect(() => onEnd(isAtEnd), [isAtEnd, onEnd]);
  const at = now();
  return h(
    "div",
    { class: "log-place" },
    h(
      "div",
      // What comes is told by `SpokenAnswers`, when it is whole: read as it is written nobody could follow it.
      {
        class: "log",
        role: "log",
        "aria-live": "off",
        "aria-label": "Messages",
        tabIndex: 0,
        ref: scroller,
      },
      h(
        "div",
        { class: "log-content", ref: content },
        hasEarlier &&
          h(
            "button",
            { type: "button", class: "button earlier", onClick: onEarlier },
            "Show earlier messages",
          ),
        rows.length === 0
          ? empty
          : h(
              "ol",
              { class: "log-list" },
              rows.map((row) => {
                switch (row.kind) {
                  case "day":
                    return h("li", { key: row.key, class: "day" }, formatDay(row.at, at));
                  case "pending":
                    return h(PendingItem, { key: row.key, row, actions });
                  case "message":
                    return h(MessageItem, {
                      key: row.key,
                      row,
                      isGrowing: growing === row.key,
                      fate: row.isOwn ? (fates.get(row.key) ?? null) : null,
                      actions,
                    });
                }
              }),
            ),
      ),
    ),
    !isAtEnd &&
      h(
        "button",
        { type: "button", class: "button to-end", onClick: toEnd },
        unseen === 0 ? "To the latest" : unseen === 1 ? "1 new message" : `${unseen} new messages`,
        h("span", { "aria-hidden": "true" }, "↓"),
      ),
  );
}

/** How many came below since the end was last in view. */
function useUnseen(rows: readonly ChatRow[], isAtEnd: boolean): number {
  const seen = useRef(0);
  const places = rows.flatMap((row) =>
    row.kind === "message" && !row.isOwn ? [row.entry.message.seq] : [],
  );
  const last = places.at(-1) ?? 0;
  if (isAtEnd) seen.current = last;
  return places.filter((place) => place > seen.current).length;
}
