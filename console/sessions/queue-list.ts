import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { InboxItem } from "../../sessions/rows.ts";
import { withTurnsTold } from "../chat/visible-text.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { LongText } from "../long-text.ts";
import { useNow } from "../use-live.ts";

/** Messages that wait for their turn. */
export function QueueList({ queue }: { readonly queue: readonly InboxItem[] }): ComponentChildren {
  const now = useNow(5000);
  if (queue.length === 0) return null;
  return h(
    "section",
    { class: "card session-part" },
    h("h2", null, `Queue · ${queue.length}`),
    h(
      "ol",
      { class: "entries" },
      queue.map(({ id, message, receivedAt, attempts }) =>
        h(
          "li",
          { key: id, class: "entry is-user" },
          h(
            "p",
            { class: "entry-who" },
            h("bdi", null, withTurnsTold(message.sender.name)),
            h(
              "span",
              { class: "muted", title: formatAbsolute(receivedAt) },
              ` ${formatRelative(receivedAt, now)}${attempts > 0 ? ` · tried ${attempts}×` : ""}`,
            ),
            h("span", { class: "turn-id mono muted" }, id),
          ),
          h(LongText, { text: message.text }),
        ),
      ),
    ),
  );
}
