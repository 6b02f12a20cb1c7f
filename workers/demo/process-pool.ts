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
  /** On its way out: takes nobody in. */
  isLeaving: boolean;
}

const START_ATTEMPTS = 2;

export function createProcessPool(options: PoolOptions): ProcessPool {
  const slots = new Set<Slot>();
  const closing = new AbortController();
  let started = 0;

  const start = async (): Promise<DemoProcess> => {
    let found = "it was closed";
    for (let attempt = 1; attempt <= START_ATTEMPTS && !closing.signal.aborted; attempt += 1) {
      started += 1;
      const name = `${options.name}-${started}`;
      const result = await startDemoProcess({ ...options, name }, closing.signal);
      if (result.outcome === "ready") return result.process;
      found = describe(result);
    }
    throw unavailable(found);
  };

  const openSlot = (): Slot => {
    const slot: Slot = { ready: start(), process: null, load: 0, isLeaving: false };
    slots.add(slot);
    const forget = (): boolean => slots.delete(slot);
    slot.ready.then((process) => {
      slot.process = process;
      void process.closed.then(forget);
    }, forget);
    return slot;
  };

  const choose = (): Slot => {
    let least: Slot | null = null;
    for (const slot of slots) {
      if (!slot.isLeaving && (least === null || slot.load < least.load)) least = slot;
    }
    if (least === null) return openSlot();
    const isFull = least.load >= options.sessionsPerProcess;
    return isFull && slots.size < options.maxProcesses ? openSlot() : least;
  };

  const leave = async (slot: Slot, graceMs: number): Promise<void> => {
    slot.load -= 1;
    if (slot.load === 0) await endSlot(slot, graceMs);
  };

  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (closing.signal.aborted) throw unavailable("it was closed");
      const slot = choose();
      slot.load += 1;
      try {
        const process = await waitUnless(slot.ready, signal);
        if (process !== "aborted") return toSeat(slot, { process, leave });
      } catch (error) {
        throw error instanceof SluiceError ? error : unavailable(textOf(error), error);
      }
      void leave(slot, 0);
      throw signal.reason;
    },
    close: async (graceMs) => {
      closing.abort();
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

function toSeat(
  slot: Slot,
  place: {
    readonly process: DemoProcess;
    readonly leave: (slot: Slot, graceMs: number) => Promise<void>;
  },
): Seat {
  let leaving: Promise<void> | null = null;
  return {
    process: place.process,
    isAlone: () => slot.load === 1,
    leave: (graceMs) => (leaving ??= place.leave(slot, graceMs)),
  };
}

async function endSlot(slot: Slot, graceMs: number): Promise<void> {
  slot.isLeaving = true;
  // One that never started has nothing to end; who waits for it was told.
  const process = await slot.ready.catch(() => null);
  await process?.stop(graceMs);
}

function describe(result: Exclude<Started, { outcome: "ready" }>): string {
  if (result.outcome === "silent") return "its process started and said nothing for 20 s";
  const { code, signal, stderr } = result.end;
  const said = stderr.length === 0 ? "without a word" : `saying:\n${stderr.join("\n")}\n`;
  return `its process ended (${signal ?? `exit code ${code}`}) ${said}`;
}

function unavailable(found: string, cause?: unknown): SluiceError {
  return new SluiceError("worker_unavailable", `Cannot start the demo worker: ${found}`, {
    advice: "check that the gateway's own Node can run, then send the message again",
    cause,
  });
}
