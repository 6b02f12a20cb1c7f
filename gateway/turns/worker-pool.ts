import { SluiceError } from "../../sessions/errors.ts";
import type { SessionId } from "../../sessions/ids.ts";
import type { Conversation, Worker, WorkerSession } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import { createTurnPlaces } from "./turn-places.ts";

/** The configured workers, and the conversations they hold open between turns. */
export interface WorkerPool {
  readonly workers: readonly Worker[];
  /** Waits until this worker can compute one more turn, or for the abort; resolves with how to leave that place. */
  place(name: string, signal: AbortSignal): Promise<() => void>;
  /** Turns wait because all places of this worker are taken. */
  isCrowded(name: string): boolean;
  /** `name`: as in the configuration. */
  open(name: string, conversation: Conversation, signal: AbortSignal): Promise<WorkerSession>;
  /** The turn of a conversation has ended: from here its idleness counts. */
  rest(place: { readonly session: SessionId; readonly worker: string }): void;
  /** Closes conversations that have been idle for longer than `idleMs`. */
  reap(idleMs: number): Promise<void>;
  close(graceMs: number): Promise<void>;
}

interface Open {
  readonly session: WorkerSession;
  /** Monotonic ms since when it is idle; null while a turn runs. */
  idleSince: number | null;
}

export function createWorkerPool(core: Core, workers: readonly Worker[]): WorkerPool {
  /** A conversation may be open with several workers, one after another. */
  const open = new Map<string, Open>();
  const places = new Map(
    workers.map(({ name, turnsAtOnce = Number.POSITIVE_INFINITY }) => [
      name,
      createTurnPlaces(turnsAtOnce),
    ]),
  );

  return {
    workers,
    isCrowded: (name) => places.get(name)?.isCrowded() ?? false,
    // One that is not configured is told of when it is opened.
    place: async (name, signal) => (await places.get(name)?.take(signal)) ?? (() => undefined),
    async open(name, conversation, signal) {
      const worker = workers.find((one) => one.name === name);
      if (worker === undefined) {
        throw new SluiceError("worker_unavailable", `No worker is called ${name}`, {
          advice: `use one of ${workers.map((one) => one.name).join(", ")}`,
        });
      }
      const session = await worker.open(conversation, signal);
      open.set(placeOf(conversation.session, name), { session, idleSince: null });
      return session;
    },
    rest({ session, worker }) {
      const one = open.get(placeOf(session, worker));
      if (one !== undefined) one.idleSince = core.clock.monotonic();
    },
    async reap(idleMs) {
      const now = core.clock.monotonic();
      for (const [place, one] of open) {
        if (one.idleSince === null || now - one.idleSince < idleMs) continue;
        open.delete(place);
        await one.session.close(1000);
      }
    },
    async close(graceMs) {
      open.clear();
      await Promise.all(workers.map((worker) => worker.close(graceMs)));
    },
  };
}

function placeOf(session: SessionId, worker: string): string {
  return `${session} ${worker}`;
}
