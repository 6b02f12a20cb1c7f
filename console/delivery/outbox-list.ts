import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { StoredOutboxRow } from "../../sessions/rows.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { LongText } from "../long-text.ts";
import { addressWords, PURPOSES, replyState, UNCERTAIN } from "./delivery-words.ts";
import { Excerpt } from "./excerpt.ts";

/** What is decided and not yet there, the oldest first. */
export function OutboxList({
  rows,
  isMore,
  now,
}: {
  readonly rows: readonly StoredOutboxRow[];
  readonly isMore: boolean;
  readonly now: number;
}): ComponentChildren {
  const uncertain = rows.filter((row) => row.uncertain).length;
  return h(
    "section",
    { class: "card", "aria-labelledby": "outbox-title" },
    h(
      "h2",
      { id: "outbox-title" },
      "On its way out",
      h("span", { class: "muted" }, isMore ? `the oldest ${rows.length}` : String(rows.length)),
    ),
    rows.length === 0 && h("p", { class: "muted" }, "Everything that was decided has been sent."),
    uncertain > 0 && h("p", { class: "notice warn" }, `${uncertain} uncertain: ${UNCERTAIN}`),
    rows.length > 0 &&
      h(
        "ul",
        { class: "letters" },
        rows.map((row) => {
          const { word, tone } = replyState(row, now);
          return h(
            "li",
            { key: row.id },
            h(
              "p",
              { class: "letter-head" },
              h("bdi", { class: "where" }, addressWords(row.address)),
              h("span", { class: `badge ${tone}` }, word),
              row.uncertain && h("span", { class: "badge warn", title: UNCERTAIN }, "uncertain"),
              h(
                "span",
                { class: "muted when", title: formatAbsolute(row.createdAt) },
                `${PURPOSES[row.purpose]}, ${formatRelative(row.createdAt, now)}`,
                row.attempts > 0 &&
                  `, tried ${row.attempts === 1 ? "once" : `${row.attempts} times`}`,
              ),
            ),
            h("p", null, h(Excerpt, { text: row.message.text })),
            row.error !== null &&
              h(
                "div",
                { class: "muted" },
                "Last told:",
                h(LongText, { text: row.error, first: 400 }),
              ),
          );
        }),
      ),
  );
}
