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
  /** Who went through the log by keyboard wants to write. */
  readonly onLeave: () => void;
  /** What stands there when nothing else does. */
  readonly empty: ComponentChildren;
}

/** So many of the latest can be answered by way of the Tab key. */
const NEAR = 6;

export function MessageLog(props: MessageLogProps): ComponentChildren {
  const { rows, growing, fates, hasEarlier, actions, written, onEarlier, onEnd, onLeave, empty } =
    props;
  const { scroller, content, isAtEnd, toEnd } = useEndOfLog(rows[0]?.key ?? null);
  const unseen = useUnseen(rows, isAtEnd);
  useEffect(toEnd, [written, toEnd]);
  useEffect(() => onEnd(isAtEnd), [isAtEnd, onEnd]);
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
        onKeyDown: ({ key }: KeyboardEvent) => {
          if (key === "Escape") onLeave();
        },
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
              rows.map((row, at) => {
                switch (row.kind) {
                  case "day":
                    return h("li", { key: row.key, class: "day" }, formatDay(row.at, now()));
                  case "pending":
                    return h(PendingItem, { key: row.key, row, actions });
                  case "message":
                    return h(MessageItem, {
                      key: row.key,
                      row,
                      isGrowing: growing === row.key,
                      isNear: at >= rows.length - NEAR,
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
