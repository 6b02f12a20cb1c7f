import { textOf } from "../../sessions/errors.ts";
import type { SessionKey, TurnId } from "../../sessions/ids.ts";
import type { Session } from "../../sessions/machine/state.ts";
import type { InboxItem } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import { addressOf } from "../networks.ts";
import { turnWrites } from "../turns/leave.ts";
import type { Runner } from "../turns/runner.ts";
import { askedFor, mayRun } from "./askers.ts";

/** What came of taking somebody's access away. */
export interface Swept {
  /** Messages that waited, and will not run. */
  readonly dropped: number;
  /** Turns that ran, and were told to stop. */
  readonly stopped: number;
  /** Conversations that were cut, and will not be continued. */
  readonly released: number;
}

export interface Revocation {
  /** Ends what runs and waits in a network for people who may no longer talk there. */
  sweep(network: string): Promise<Swept>;
}

interface Parts {
  readonly core: Core;
  readonly desk: Desk;
  readonly runner: Pick<Runner, "live" | "staged">;
}

export function createRevocation({ core, desk, runner }: Parts): Revocation {
  // Who was taken out of the configuration was not swept: what they left may begin again by somebody else's word.
  desk.onChange(({ before, after }) => {
    const { turn } = after;
    if (turn === null) return;
    if (before.turn?.id === turn.id && before.turn.generation === turn.generation) return;
    const { items = [] } = runner.staged.get(turn.id) ?? {};
    const asked = items.map(({ message }) => message);
    if (mayRun(core, asked)) return;
    void stopUnless(after, turn.id).catch((error: unknown) => {
      core.log.error({ session: after.key, error: textOf(error) }, "access of a turn not read");
    });
  });

  /** True: it was told to stop. */
  async function stopUnless(session: Pick<Session, "key" | "id">, id: TurnId): Promise<boolean> {
    if (mayRun(core, await askedFor(core, session, id))) return false;
    const stopped = await desk.apply(session.key, {
      command: ({ turn }) => (turn?.id === id ? { type: "stop", stop: "operator" } : null),
      writes: (change) => turnWrites(core, runner.live, change),
    });
    if (stopped.outcome !== "applied") return false;
    core.log.info({ session: session.key, turn: id }, "turn stopped: not allowed");
    return true;
  }

  /** Between two transitions, so that none of them begins its turn meanwhile. */
  async function dropQueued(key: SessionKey): Promise<number> {
    return desk.between(key, async () => {
      const queued = await core.engine.queue(key, core.settings.turns.queueLimit);
      return drop(queued);
    });
  }

  async function drop(items: readonly InboxItem[]): Promise<number> {
    let count = 0;
    for (const { id, key, message } of items) {
      if (core.access.isAllowed(message)) continue;
      const dropped = await core.engine.commit({
        inbox: [{ id, from: "queued", to: "done", turn: null, reason: "revoked" }],
      });
      if (dropped.outcome === "fenced") continue;
      core.log.info({ session: key, message: id }, "message dropped: not allowed");
      count += 1;
    }
    return count;
  }

  async function releaseMarked(network: string): Promise<number> {
    let count = 0;
    let after: string | null = null;
    do {
      const page = await core.engine.sessions({ statuses: ["resume_pending"], limit: 200, after });
      for (const session of page.items.filter(({ key }) => isOf(network, key))) {
        if (session.mark?.kind !== "resume_pending") continue;
        const { turn: cut } = session.mark;
        if (mayRun(core, await askedFor(core, session, cut))) continue;
        const { outcome } = await desk.apply(session.key, {
          command: ({ mark }) =>
            mark?.kind === "resume_pending" && mark.turn === cut ? { type: "skip" } : null,
        });
        if (outcome === "applied") count += 1;
      }
      after = page.next;
    } while (after !== null);
    return count;
  }

  return {
    async sweep(network) {
      let [dropped, stopped] = [0, 0];
      // What is about to begin either finds nothing left of what it began with, or is begun when turns are read.
      for (const { key } of await core.engine.waiting()) {
        if (isOf(network, key)) dropped += await dropQueued(key);
      }
      const commands = await core.engine.pendingCommands();
      dropped += await drop(commands.filter(({ message }) => message.address.network === network));
      const released = await releaseMarked(network);
      for (const { key, session, id } of await core.engine.openTurns()) {
        if (isOf(network, key) && (await stopUnless({ key, id: session }, id))) stopped += 1;
      }
      return { dropped, stopped, released };
    },
  };
}

function isOf(network: string, key: SessionKey): boolean {
  return addressOf(key)?.network === network;
}
