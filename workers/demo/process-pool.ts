import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { WorkerProcess } from "../worker.ts";
import type { DemoProcess, DemoProcessOptions, Started } from "./demo-process.ts";
import { startDemoProcess } from "./demo-process.ts";
import type { Seat } from "./demo-session.ts";
import { waitUnless } from "../process/wait.ts";

export interface PoolOptions extends DemoProcessOptions {
  readonly maxProcesses: number;
  /** A new process is started while each one holds at least so many conversations, and there may be more. */
  readonly sessionsPerProcess: number;
}

/** Places for conversations in few processes. */
export interface ProcessPool {
  /** Rejects with `worker_unavailable`, or with the reason of the signal. */
  take(signal: AbortSignal): Promise<Seat>;
  close(graceMs: number): Promise<void>;
  processes(): readonly WorkerProcess[];
}

interface Slot {
  readonly ready: Promise<DemoProcess>;
  process: DemoProcess | null;
  load: number;
}

const START_ATTEMPTS = 2;

export function createProcessPool(options: PoolOptions): ProcessPool {
  const slots = new Set<Slot>();
  let started = 0;
  let isClosed = false;

  const start = async (): Promise<DemoProcess> => {
    let found = "";
    for (let attempt = 1; attempt <= START_ATTEMPTS && !isClosed; attempt += 1) {
      started += 1;
      const name = `${options.name}-${started}`;
      const result = await startDemoProcess({ ...options, name });
      if (result.outcome === "ready") return result.process;
      found = describe(result);
    }
    throw unavailable(`Cannot start the demo worker: ${isClosed ? "it was closed" : found}`);
  };

  const openSlot = (): Slot => {
    const slot: Slot = { ready: start(), process: null, load: 0 };
    slots.add(slot);
    slot.ready.then(
      (process) => {
        slot.process = process;
        void process.closed.then(() => slots.delete(slot));
      },
      () => slots.delete(slot),
    );
    return slot;
  };

  const choose = (): Slot => {
    let least: Slot | null = null;
    for (const slot of slots) if (least === null || slot.load < least.load) least = slot;
    const isRoom = slots.size < options.maxProcesses;
    return least === null || (isRoom && least.load >= options.sessionsPerProcess)
      ? openSlot()
      : least;
  };

  /** The last one out stops the process, and nobody new is let in. */
  const leave = async (slot: Slot, graceMs: number): Promise<void> => {
    slot.load -= 1;
    if (slot.load > 0) return;
    slots.delete(slot);
    await endSlot(slot, graceMs);
  };

  return {
    take: async (signal) => {
      if (isClosed) throw unavailable("Cannot use the demo worker: it was closed");
      const slot = choose();
      slot.load += 1;
      try {
        const process = await waitUnless(slot.ready, signal);
        if (process !== "aborted") return toSeat(slot, process);
      } catch (error) {
        throw error instanceof SluiceError
          ? error
          : unavailable(`Cannot start the demo worker: ${textOf(error)}`, error);
      }
      void leave(slot, 0);
      throw signal.reason;
    },
    close: async (graceMs) => {
      isClosed = true;
      await Promise.all([...slots].map((slot) => endSlot(slot, graceMs)));
    },
    processes: () =>
      [...slots].flatMap(({ process, load }) =>
        process === null
          ? []
          : [{ pid: process.pid, sessions: load, startedAt: process.startedAt }],
      ),
  };
}
