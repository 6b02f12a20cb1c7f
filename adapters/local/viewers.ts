import type { ServerResponse } from "node:http";
import type { Clock, Timer } from "../../sessions/clock.ts";
import type { Archive } from "./archive.ts";
import type { Change } from "./shown-message.ts";
import { formatEvent, formatPosition, HEARTBEAT, STREAM_HEADERS } from "./event-stream.ts";

/** A viewer that reads slower than people write is let go above this many bytes; it resumes where it was. */
const BACKLOG_BYTES = 4 * 1024 * 1024;
const HEARTBEAT_MS = 15_000;
const PAGE = 200;

interface Viewer {
  readonly response: ServerResponse;
  /** Null = all chats. */
  readonly chat: string | null;
}

/** The open event streams: each is first shown what it missed, and then what happens. */
export class Viewers {
  readonly #clock: Clock;
  readonly #live = new Map<string | null, Set<Viewer>>();
  readonly #open = new Set<ServerResponse>();
  #heartbeat: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns when the viewer sees things live or is gone. `after: null` = only what happens from now on. */
  async show(
    viewer: Viewer,
    archive: Pick<Archive, "last" | "messages" | "editedBefore">,
    after: number | null,
  ): Promise<void> {
    const { response, chat } = viewer;
    response.writeHead(200, STREAM_HEADERS);
    this.#open.add(response);
    response.on("close", () => {
      this.#open.delete(response);
      this.#live.get(chat)?.delete(viewer);
    });
    this.#beat();
    let seen = Math.min(after ?? archive.last, archive.last);
    while (seen < archive.last && !response.writableEnded && !response.destroyed) {
      const until = archive.last;
      // Edits of what the viewer knows go first and without an id: until all of them have come it is still at `seen`.
      for (const message of archive.editedBefore({ chat, after: seen, until })) {
        response.write(formatEvent("edit", null, message));
      }
      await this.#page(viewer, archive, { after: seen, until });
      seen = until;
    }
    if (response.writableEnded || response.destroyed) return;
    response.write(formatPosition(seen));
    const live = this.#live.get(chat) ?? new Set();
    this.#live.set(chat, live.add(viewer));
  }

  publish(change: Change): void {
    this.#send(change.message.chat, formatEvent(change.kind, change.position, change.message));
  }

  /** Not stored and without an id: who was away has missed nothing. */
  typing(chat: string, thread: string | null): void {
    this.#send(chat, formatEvent("typing", null, { chat, thread }));
  }

  close(): void {
    this.#heartbeat?.cancel();
    this.#heartbeat = null;
    for (const response of this.#open) response.end();
    this.#live.clear();
  }

  async #page(
    viewer: Viewer,
    archive: Pick<Archive, "messages">,
    span: { readonly after: number; readonly until: number },
  ): Promise<void> {
    let after: number | null = span.after;
    while (after !== null && !viewer.response.writableEnded) {
      const page = archive.messages({ chat: viewer.chat, after, until: span.until }, PAGE);
      let flowing = true;
      for (const message of page) {
        flowing = viewer.response.write(formatEvent("message", message.seq, message));
      }
      after = page.length < PAGE ? null : (page.at(-1)?.seq ?? null);
      if (!flowing && !(await drained(viewer.response))) return;
    }
  }

  #send(chat: string, frame: string): void {
    for (const where of [chat, null]) {
      for (const { response } of this.#live.get(where) ?? []) {
        if (response.writableLength > BACKLOG_BYTES) response.destroy();
        else response.write(frame);
      }
    }
  }

  #beat(): void {
    this.#heartbeat ??= this.#clock.timer(HEARTBEAT_MS, () => {
      this.#heartbeat = null;
      if (this.#open.size === 0) return;
      for (const response of this.#open) response.write(HEARTBEAT);
      this.#beat();
    });
  }
}

/** False when the viewer left instead. */
function drained(response: ServerResponse): Promise<boolean> {
  if (response.destroyed || response.writableEnded) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (flowing: boolean) => (): void => {
      response.off("drain", onDrain);
      response.off("close", onClose);
      resolve(flowing);
    };
    const onDrain = end(true);
    const onClose = end(false);
    response.on("drain", onDrain);
    response.on("close", onClose);
  });
}
