import { textOf } from "../sessions/errors.ts";
import type { SessionKey } from "../sessions/ids.ts";
import type { Core } from "./core.ts";
import type { Desk } from "./dispatch.ts";

/** Decides which session begins its next turn, and when: first come first served over sessions, one turn each, a limit at once. */
export interface Admission {
  /** A message waits in this session, or may. */
  wake(key: SessionKey): void;
  /** More of the same burst may come: not before `ms` from now. */
  hold(key: SessionKey, ms: number): void;
  /** Before the first call, and after `close`, no turn starts; what wakes meanwhile waits. */
  open(): void;
  close(): void;
  /** Resolves when no beginning is under way: after `close`, nothing more will start. */
  settled(): Promise<void>;
}

export function createAdmission(
  core: Core,
  desk: Desk,
  begin: (key: SessionKey) => Promise<boolean>,
): Admission {
  /** A set keeps the order in which sessions woke. */
  const ready = new Set<SessionKey>();
  const held = new Map<SessionKey, number>();
  const beginning = new Map<SessionKey, Promise<void>>();
  let isOpen = false;

  desk.onChange(({ before, after }) => {
    const hasFreed = before.turn !== null && after.turn === null;
    if (hasFreed) wake(after.key);
    // A place was freed, or its turn began to wait for a person.
    if (before.turn?.phase !== after.turn?.phase) pump();
  });

  function wake(key: SessionKey): void {
    ready.add(key);
    pump();
  }

  function pump(): void {
    if (!isOpen) return;
    for (const key of ready) {
      if (atWork() >= core.settings.turns.atOnce) return;
      if (beginning.has(key) || held.has(key)) continue;
      ready.delete(key);
      const work = begin(key)
        .then(() => undefined)
        .catch((error: unknown) => {
          core.log.error({ session: key, error: textOf(error) }, "a turn could not begin");
          core.clock.timer(1000, () => wake(key));
        })
        .finally(() => {
          beginning.delete(key);
          pump();
        });
      beginning.set(key, work);
    }
  }

  /** Turns that compute, and those about to: one that waits for a person holds no place. */
  function atWork(): number {
    let count = 0;
    for (const [key, session] of desk.active()) {
      if (session.turn?.phase !== "awaiting_input" && !beginning.has(key)) count += 1;
    }
    return count + beginning.size;
  }

  return {
    wake,
    hold(key, ms) {
      const until = core.clock.monotonic() + ms;
      held.set(key, until);
      core.clock.timer(ms, () => {
        if (held.get(key) !== until) return;
        held.delete(key);
        wake(key);
      });
    },
    open() {
      isOpen = true;
      pump();
    },
    close() {
      isOpen = false;
    },
    async settled() {
      await Promise.all(beginning.values());
    },
  };
}
