/** Server-sent events as text: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export const STREAM_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no",
};

export const HEARTBEAT = ": still here\n\n";

/** `id: null` leaves the reader's last event id as it was. JSON has no raw line breaks, so that one data line is enough. */
export function formatEvent(name: string, id: number | null, body: object): string {
  const idLine = id === null ? "" : `id: ${id}\n`;
  return `event: ${name}\n${idLine}data: ${JSON.stringify(body)}\n\n`;
}

/** Moves the reader's last event id without an event, so that a quiet viewer too knows where to resume. */
export function formatPosition(id: number): string {
  return `id: ${id}\n\n`;
}
