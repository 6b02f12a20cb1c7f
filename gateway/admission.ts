import { SluiceError, textOf } from "../sessions/errors.ts";
import type { SessionKey } from "../sessions/ids.ts";
import type { Session } from "../sessions/machine/state.ts";
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
  /** Of those, the ones whose turn is not stored yet. */
  const unstored = new Set<SessionKey>();
  let computing = 0;
  let isOpen = false;

  desk.onChange(({ before, after }) => {
    computing += Number(isComputing(core, after)) - Number(isComputing(core, before));
    if (after.turn !== null) unstored.delete(after.key);
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
      if (computing + unstored.size >= core.settings.turns.atOnce) return;
      if (beginning.has(key) || held.has(key)) continue;
      ready.delete(key);
      unstored.add(key);
      const work = begin(key)
        .then(() => undefined)
        .catch((error: unknown) => {
          core.log.error({ session: key, error: textOf(error) }, "a turn could not begin");
          // A damaged entry does not heal by being read again; its next message looks once more.
          const isDamaged = error instanceof SluiceError && error.code === "store_corrupt";
          if (!isDamaged) core.clock.timer(1000, () => wake(key));
        })
        .finally(() => {
          beginning.delete(key);
          unstored.delete(key);
          pump();
        });
      beginning.set(key, work);
    }
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

/** A turn that waits for a person holds no place, nor does one of another boot. */
function isComputing(core: Core, { turn }: Session): boolean {
  return turn !== null && turn.owner === core.boot && turn.phase !== "awaiting_input";
}
