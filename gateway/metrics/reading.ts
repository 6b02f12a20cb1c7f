import type { StatusReport } from "../operations.ts";
import type { Figures } from "./figures.ts";

/** Puts the present into the figures. What is no more is gone from them, too. */
export function readingOf(figures: Figures, status: StatusReport): void {
  const { turns, outbox, adapters, workers, drain } = status;
  for (const [name, count] of Object.entries(turns)) figures.turns.set({ status: name }, count);
  for (const [state, count] of Object.entries(outbox)) figures.outbox.set({ state }, count);
  figures.turnLimit.set(status.turnLimit);
  figures.queued.set(status.queued);
  figures.oldest.set((status.oldestQueuedMs ?? 0) / 1000);
  figures.dead.set(status.deadLetters);
  const { archive } = status;
  figures.archive.set(archive.conversations);
  figures.archiveBytes.set(archive.bytes);
  figures.archived.reset();
  figures.archived.inc(archive.archived);
  figures.archiveRemoved.reset();
  figures.archiveRemoved.inc(archive.removed);
  figures.up.set(status.upMs / 1000);
  figures.adapterState.reset();
  for (const { network, account, state } of adapters) {
    figures.connected.set({ network, account }, state === "connected" ? 1 : 0);
    figures.adapterState.set({ network, account, state }, 1);
  }
  for (const { name, processes, memoryBytes } of workers) {
    figures.workerProcesses.set({ worker: name }, processes);
    if (memoryBytes !== null) figures.workerMemory.set({ worker: name }, memoryBytes);
  }
  figures.drainPhase.reset();
  figures.drainWaiting.reset();
  if (drain === null) return;
  figures.drainPhase.set({ phase: drain.phase }, 1);
  figures.drainSeconds.set(drain.elapsedMs / 1000);
  figures.drainCut.set(drain.cut.length);
  for (const one of drain.waitingFor) figures.drainWaiting.inc({ status: one.status });
}
