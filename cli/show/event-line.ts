import type { StoredEvent } from "../../sessions/rows.ts";

/** `12 2026-01-01T10:00:00.000Z local:main:home status_changed from=idle to=starting` */
export function eventLine({ seq, at, key, event }: StoredEvent): string {
  const { type, ...rest } = event;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  return [seq, new Date(at).toISOString(), key, type, ...details].join(" ");
}
