import type { ShownMessage } from "../../adapters/local/shown-message.ts";

/** How a message looks; nothing is decided by it. */
export type Tone = "good" | "warn" | "info" | "asks" | "answer";

const TONES: readonly (readonly [RegExp, Tone])[] = [
  [/^✅/u, "good"],
  [/^(?:⏸|⏹|⚠|⌛|⏳|📭|🚫)/u, "warn"],
  [/^(?:🔄|💾|🧹|🆕|↩|🔑|💬|📎)/u, "info"],
];
/** What the gateway says itself is short; an answer that begins with such a sign is not. */
const NOTICE_LENGTH = 400;

export function toneOf({ from, text, buttons }: ShownMessage): Tone {
  if (from.kind === "person") return "answer";
  if (buttons.length > 0) return "asks";
  if (text.length > NOTICE_LENGTH) return "answer";
  return TONES.find(([sign]) => sign.test(text))?.[1] ?? "answer";
}

/** Hours and minutes, and the day where `formatDay` has not told it. */
export function formatTime(at: number): string {
  return TIME.format(at);
}

export function formatDay(at: number, now: number): string {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return "Today";
  if (day === new Date(now - 24 * 3_600_000).toDateString()) return "Yesterday";
  return DAY.format(at);
}

/** An answer is edited while it comes: only what changed in a later minute is told to be. */
export function editedTime({ sentAt, editedAt }: ShownMessage): string | null {
  if (editedAt === null) return null;
  const time = formatTime(editedAt);
  return time === formatTime(sentAt) ? null : time;
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
