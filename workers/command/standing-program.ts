import type { ChildEnd } from "../process/child-process.ts";
import { startChild } from "../process/child-process.ts";
import { createLineReader, LINE_LIMIT } from "../process/line-reader.ts";
import type { Place } from "./places.ts";
import type { SessionOptions } from "./session-options.ts";

/** The process of a conversation in `session` mode. */
export interface Program {
  readonly place: Place;
  /** Told to go: takes no further turn. */
  readonly isLeaving: boolean;
  readonly closed: Promise<ChildEnd>;
  send(frame: object): void;
  /** EOF and TERM together, then KILL. */
  stop(graceMs: number): void;
}

/** Rejects when it cannot be started; the place is then still the caller's, and else left at the end. */
export async function startProgram(
  options: SessionOptions,
  place: Place,
  ears: { onLine(line: string): void; onTooLong(found: string): void },
): Promise<Program> {
  let isLeaving = false;
  const child = await startChild({
    ...options,
    name: options.processName,
    cwd: options.conversation.workspace,
    output: createLineReader({
      limit: LINE_LIMIT,
      keepsEmpty: true,
      onLine: (line) => ears.onLine(line),
      onTooLong: () => ears.onTooLong(`it wrote a line of more than ${LINE_LIMIT} characters`),
    }),
  });
  place.settle(child);
  void child.closed.then(() => place.leave());
  return {
    place,
    get isLeaving() {
      return isLeaving;
    },
    closed: child.closed,
    send: (frame) => child.send(frame),
    stop: (graceMs) => {
      isLeaving = true;
      void child.stop(graceMs);
    },
  };
}
