import { textOf } from "../../sessions/errors.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import type { Session } from "../../sessions/machine/state.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import { askedFor, mayRun } from "../access/askers.ts";
import { addressOf } from "../networks.ts";
import { autoBound } from "./auto-bound.ts";

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

  core.networks.onState((adapter) => {
    if (!core.networks.canSend(adapter) || !isOpen) return;
    void scan().catch((error: unknown) => {
      const { network } = adapter;
      core.log.error({ network, error: textOf(error) }, "marked sessions not looked at");
    });
  });

  desk.onChange(({ before, after }) => {
    // Until a person answers, which may take days, others go on.
    if (after.turn?.phase === "awaiting_input") under.delete(after.key);
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

  async function scan(): Promise<void> {
    // Marks of conversations that wait for a message may be many.
    if (!Object.values(core.settings.networks).some(({ resume }) => resume === "auto")) return;
    let after: string | null = null;
    do {
      const page = await core.engine.sessions({ statuses: ["resume_pending"], limit: 200, after });
      for (const { key } of page.items) if (isAuto(core, key)) consider(key);
      after = page.next;
    } while (after !== null);
  }

  return {
    scan,
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
  // The mark outlives a turn that a person ended: that person said stop, not go on.
  if (session.last?.outcome === "cancelled") return "a person stopped it";
  const { entries } = await core.engine.papers(mark.turn);
  const bound = autoBound(core, mark, entries);
  if (bound !== null) return bound;
  const address = addressOf(session.key);
  const adapter = address === null ? null : core.networks.adapter(address);
  if (adapter === null || !core.networks.canSend(adapter)) return "not connected";
  const [newer] = await core.engine.queue(session.key, 1);
  if (newer !== undefined) return "a newer message waits";
  const asked = await askedFor(core, session, mark.turn);
  return mayRun(core, asked) ? null : "the person is no longer allowed";
}
