import type { SessionSummary } from "../../gateway/operations.ts";
import { statusWord } from "../status-words.ts";
import type { SessionBook } from "./session-book.ts";

export const GROUPS = ["active", "idle", "suspended"] as const;

export type GroupName = (typeof GROUPS)[number];

export const GROUP_TITLES: Readonly<Record<GroupName, string>> = {
  active: "Active",
  idle: "Idle",
  suspended: "Suspended",
};

/** One line of the list. `place` counts the sessions alone, from 1. */
export type Line =
  | { readonly kind: "heading"; readonly group: GroupName; readonly count: number }
  | { readonly kind: "session"; readonly session: SessionSummary; readonly place: number };

export interface Grouped {
  readonly lines: readonly Line[];
  /** Of all groups, as the text alone lets them through. */
  readonly counts: Readonly<Record<GroupName, number>>;
  /** Sessions among the lines. */
  readonly shown: number;
}

export interface Wanted {
  /** Null = all groups. */
  readonly group: GroupName | null;
  /** Words that all must be in the key or the status. */
  readonly text: string;
}

function groupOf({ status }: Pick<SessionSummary, "status">): GroupName {
  return status === "idle" || status === "suspended" ? status : "active";
}

export function groupSessions(book: SessionBook, { group, text }: Wanted): Grouped {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...book.values()].filter((session) => matches(session, words));
  const byGroup = Map.groupBy(found, groupOf);
  const lines: Line[] = [];
  let place = 0;
  for (const name of GROUPS) {
    const sessions = byGroup.get(name) ?? [];
    if (sessions.length === 0 || (group !== null && group !== name)) continue;
    lines.push({ kind: "heading", group: name, count: sessions.length });
    for (const session of sessions.toSorted(inOrder)) {
      place += 1;
      lines.push({ kind: "session", session, place });
    }
  }
  const countOf = (name: GroupName): number => byGroup.get(name)?.length ?? 0;
  return {
    lines,
    counts: { active: countOf("active"), idle: countOf("idle"), suspended: countOf("suspended") },
    shown: place,
  };
}

function matches(session: SessionSummary, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${session.key} ${session.status} ${statusWord(session.status)}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Who waits for a person comes first; then the latest. The key settles the rest, so that rows keep their places. */
function inOrder(one: SessionSummary, other: SessionSummary): number {
  return (
    Number(other.status === "awaiting_input") - Number(one.status === "awaiting_input") ||
    other.touchedAt - one.touchedAt ||
    (one.key < other.key ? -1 : 1)
  );
}
