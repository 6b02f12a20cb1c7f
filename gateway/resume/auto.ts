import { textOf } from "../../sessions/errors.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import type { Session } from "../../sessions/machine/state.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import { addressOf } from "../networks.ts";

/** The `auto` policy: conversations that were cut go on by themselves, few at a time, while they are fresh. */
export interface AutoResume {
  /** Looks at all that is marked: at boot, and when a network connects. */
  scan(): Promise<void>;
  open(): void;
  close(): void;
}

export function createAutoResume(
  core: Core,
  desk: Desk,
  begin: (key: SessionKey) => Promise<boolean>,
): AutoResume {
  const waiting = new Set<SessionKey>();
  const under = new Set<SessionKey>();
  let isOpen = false;

  desk.onChange(({ before, after }) => {
    if (before.turn !== null && after.turn === null) {
      under.delete(after.key);
      // Freshly cut, or cut again: the newer message, if one waits, is admitted before this timer.
      if (after.mark?.kind === "resume_pending" && isAuto(core, after.key)) {
        core.clock.timer(1000, () => consider(after.key));
      }
    }
    pump();
  });

  function consider(key: SessionKey): void {
    waiting.add(key);
    pump();
  }

  function pump(): void {
    if (!isOpen) return;
    for (const key of waiting) {
      if (under.size >= core.settings.resume.autoAtOnce) return;
      waiting.delete(key);
      under.add(key);
      void attempt(key)
        .catch((error: unknown) => {
          core.log.error({ session: key, error: textOf(error) }, "automatic resume failed");
          return false;
        })
        .then((didBegin) => {
          if (!didBegin) under.delete(key);
        });
    }
  }

  async function attempt(key: SessionKey): Promise<boolean> {
    const session = await desk.read(key);
    const why = await hindrance(core, session);
    core.log.info({ session: key, refused: why }, "automatic resume decided");
    return why === null && isOpen && (await begin(key));
  }

  return {
    async scan() {
      let after: string | null = null;
      do {
        const page = await core.engine.sessions({
          statuses: ["resume_pending"],
          limit: 200,
          after,
        });
        for (const { key } of page.items) if (isAuto(core, key)) consider(key);
        after = page.next;
      } while (after !== null);
    },
    open() {
      isOpen = true;
      pump();
    },
    close() {
      isOpen = false;
    },
  };
}

function isAuto(core: Core, key: SessionKey): boolean {
  return core.networks.settings(addressOf(key)?.network ?? "")?.resume === "auto";
}

/** Why a marked session does not go on by itself now; null = nothing is in the way. */
async function hindrance(core: Core, session: Session): Promise<string | null> {
  const { mark } = session;
  if (session.turn !== null || mark?.kind !== "resume_pending") return "not marked";
  const { autoFreshMs, autoTries } = core.settings.resume;
  if (Math.abs(core.clock.now() - mark.since) >= autoFreshMs) return "not fresh";
  if (mark.tries >= autoTries) return "tried often enough";
  const address = addressOf(session.key);
  const adapter = address === null ? null : core.networks.adapter(address);
  if (adapter === null || core.networks.state(adapter).at !== "connected") return "not connected";
  const [newer] = await core.engine.queue(session.key, 1);
  if (newer !== undefined) return "a newer message waits";
  const { items } = await core.engine.papers(mark.turn);
  const isAllowed = items.every(({ message }) =>
    core.networks.isAllowed(message.address.network, message.sender.id),
  );
  return isAllowed ? null : "the person is no longer allowed";
}
