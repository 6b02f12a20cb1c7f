import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useNow } from "../use-live.ts";
import { indexOfKey, moveTo } from "./list-moves.ts";
import { GROUP_TITLES } from "./session-groups.ts";
import type { Grouped, Line } from "./session-groups.ts";
import { SessionRow, rowId } from "./session-row.ts";
import { useVirtual } from "./use-virtual.ts";

const ROW = 60;
const HEADING = 34;

/** A list box of all lines, of which only those in sight are laid out. */
export function SessionList({
  grouped,
  open,
  isWhole,
  isFiltered,
  onOpen,
}: {
  readonly grouped: Grouped;
  /** The key that is open beside the list. */
  readonly open: string | null;
  readonly isWhole: boolean;
  readonly isFiltered: boolean;
  readonly onOpen: (key: string) => void;
}): ComponentChildren {
  const { lines, shown } = grouped;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(open);
  const now = useNow(10_000);
  const at = indexOfKey(lines, active);
  const virtual = useVirtual({
    count: lines.length,
    element: () => scroller.current,
    sizeOf: useCallback((index) => (lines[index]?.kind === "heading" ? HEADING : ROW), [lines]),
    keyOf: useCallback((index) => keyOf(lines[index]), [lines]),
    pinned: at,
  });
  const openAt = indexOfKey(lines, open);
  const shownKey = useRef<string | null>(null);
  useEffect(() => {
    // Once: the list must not move under who reads on in it.
    if (open !== null && openAt >= 0 && shownKey.current !== open) virtual.scrollToIndex(openAt);
    if (open === null || openAt >= 0) shownKey.current = open;
  }, [open, openAt >= 0]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && active !== null && at >= 0) {
      event.preventDefault();
      onOpen(active);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 1);
    const index = moveTo(lines, { key: event.key, at, page });
    const line = index === null ? undefined : lines[index];
    if (index === null) return;
    event.preventDefault();
    if (line?.kind !== "session") return;
    setActive(line.session.key);
    // The very first heading is shown together with the first row.
    virtual.scrollToIndex(index === 1 ? 0 : index);
  };

  if (shown === 0) return h(Nothing, { isWhole, isFiltered });
  return h(
    "div",
    {
      class: "session-list",
      ref: scroller,
      role: "listbox",
      tabIndex: 0,
      "aria-label": "Sessions",
      "aria-activedescendant": at < 0 ? undefined : rowId(active ?? ""),
      onKeyDown,
      onFocus: () => {
        if (at >= 0) return;
        const first = lines.find((line) => line.kind === "session");
        if (first !== undefined) setActive(first.session.key);
      },
    },
    h(
      "div",
      { class: "session-lines", role: "presentation", style: { height: `${virtual.totalSize}px` } },
      virtual.items.map(({ index, key, start }) => {
        const line = lines[index];
        const style = { transform: `translateY(${start}px)` };
        if (line === undefined) return null;
        return line.kind === "heading"
          ? h(
              "div",
              { key, class: "session-heading", role: "presentation", style },
              `${GROUP_TITLES[line.group]} · ${line.count.toLocaleString("en")}`,
            )
          : h(SessionRow, {
              key,
              session: line.session,
              place: line.place,
              of: shown,
              isOpen: line.session.key === open,
              isActive: line.session.key === active,
              start,
              now,
              onOpen: () => {
                setActive(line.session.key);
                onOpen(line.session.key);
              },
            });
      }),
    ),
  );
}

function keyOf(line: Line | undefined): string {
  if (line === undefined) return "";
  return line.kind === "heading" ? `heading ${line.group}` : line.session.key;
}

function Nothing({
  isWhole,
  isFiltered,
}: {
  readonly isWhole: boolean;
  readonly isFiltered: boolean;
}): ComponentChildren {
  const none = isFiltered
    ? { title: "No such session", why: "Nothing fits the filter." }
    : { title: "No session", why: "A session begins with the first message of a chat." };
  return h(
    "div",
    { class: "empty" },
    h("strong", null, isWhole ? none.title : "Loading sessions"),
    isWhole && h("p", null, none.why),
  );
}
