import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { SessionSummary } from "../../gateway/operations.ts";
import { formatAbsolute, formatRelative } from "../format-time.ts";
import { placeWords, splitKey } from "../session-place.ts";
import { StatusBadge } from "../status-badge.ts";

export function SessionRow({
  session,
  place,
  of,
  isOpen,
  isActive,
  start,
  now,
  onOpen,
}: {
  readonly session: SessionSummary;
  /** From 1, among the `of` sessions that are listed. */
  readonly place: number;
  readonly of: number;
  readonly isOpen: boolean;
  /** The keyboard stands on it. */
  readonly isActive: boolean;
  /** Px from the beginning of the list. */
  readonly start: number;
  readonly now: number;
  readonly onOpen: () => void;
}): ComponentChildren {
  const { key, status, turns, queued, cuts, touchedAt } = session;
  const where = splitKey(key);
  return h(
    "div",
    {
      id: rowId(key),
      class: isActive ? "session-row is-active" : "session-row",
      role: "option",
      "aria-selected": isOpen ? "true" : "false",
      "aria-posinset": place,
      "aria-setsize": of,
      style: { transform: `translateY(${start}px)` },
      title: key,
      onClick: onOpen,
    },
    h(StatusBadge, { status }),
    h(
      "div",
      { class: "session-name" },
      h("bdi", { class: "session-chat" }, where.chat),
      h("bdi", { class: "session-place" }, placeWords(where)),
    ),
    h(
      "div",
      { class: "session-figures" },
      h(
        "span",
        { title: formatAbsolute(touchedAt), class: "session-when" },
        formatRelative(touchedAt, now),
      ),
      h("span", null, figures({ turns, queued, cuts })),
    ),
  );
}

/** Ids in a document must not hold spaces; a key may. */
export function rowId(key: string): string {
  return `session-${encodeURIComponent(key)}`;
}

function figures({
  turns,
  queued,
  cuts,
}: Pick<SessionSummary, "turns" | "queued" | "cuts">): string {
  return [
    turns === 1 ? "1 turn" : `${turns} turns`,
    queued === 0 ? "" : `${queued} queued`,
    cuts === 0 ? "" : cuts === 1 ? "cut once" : `cut ${cuts} times`,
  ]
    .filter(Boolean)
    .join(" · ");
}
