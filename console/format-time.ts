/** Times as people say them. All take the time it is now: none reads a clock. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in its two largest units: `4 h 12 min`. */
export function formatSpan(ms: number): string {
  if (ms < SECOND) return "0 s";
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return twoUnits(ms, [MINUTE, "min"], [SECOND, "s"]);
  if (ms < DAY) return twoUnits(ms, [HOUR, "h"], [MINUTE, "min"]);
  return twoUnits(ms, [DAY, "d"], [HOUR, "h"]);
}

/** `3 min ago`, `in 2 h`, `just now`. */
export function formatRelative(at: number, now: number): string {
  const distance = now - at;
  if (Math.abs(distance) < 5 * SECOND) return "just now";
  const span = oneUnit(Math.abs(distance));
  return distance > 0 ? `${span} ago` : `in ${span}`;
}

// Made once: to make one takes longer than all else of a row.
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const OF_DAY = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** The whole date and time, for a title. */
export function formatAbsolute(at: number): string {
  return WHOLE.format(at);
}

/** The time of the day alone. */
export function formatClock(at: number): string {
  return OF_DAY.format(at);
}

function oneUnit(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

type Unit = readonly [size: number, name: string];

function twoUnits(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const whole = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}
