import { Counter, Gauge, Histogram, Registry } from "prom-client";

import type { Desk } from "../dispatch.ts";
import type { StatusReport } from "../operations.ts";

/** Figures for Prometheus; names and labels are fixed words. */
export interface Metrics {
  text(): Promise<string>;
}

export function createMetrics(desk: Desk, status: () => Promise<StatusReport>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const ended = new Counter({
    name: "sluice_turns_ended_total",
    help: "Turns that ended, by outcome.",
    labelNames: ["outcome"],
    registers,
  });
  const lasted = new Histogram({
    name: "sluice_turn_seconds",
    help: "From admission to end.",
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200],
    registers,
  });
  const noted = new Counter({
    name: "sluice_turns_resumed_total",
    help: "Turns that began with a restart note.",
    registers,
  });
  desk.onChange(({ before, events, at }) => {
    for (const event of events) {
      if (event.type === "turn_started" && event.noted) noted.inc();
      if (event.type === "turn_cut") ended.inc({ outcome: event.interruption });
      if (event.type !== "turn_finished") continue;
      ended.inc({ outcome: event.outcome });
      if (before.turn !== null) lasted.observe(Math.max(0, at - before.turn.startedAt) / 1000);
    }
  });

  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const turns = gauge("sluice_turns", "Turns now, by status.", ["status"]);
  const queued = gauge("sluice_inbox_queued", "Messages that wait for a turn.");
  const oldest = gauge("sluice_inbox_oldest_seconds", "Age of the oldest of them.");
  const outbox = gauge("sluice_outbox", "Messages not confirmed sent, by state.", ["state"]);
  const dead = gauge("sluice_dead_letters", "What was given up and not dropped.");
  const connected = gauge("sluice_adapter_connected", "1 while messages flow.", [
    "network",
    "account",
  ]);

  const memory = gauge("sluice_worker_memory_bytes", "Resident memory of its processes.", [
    "worker",
  ]);
  const processes = gauge("sluice_worker_processes", "Processes now.", ["worker"]);

  return {
    async text() {
      const report = await status();
      for (const [name, count] of Object.entries(report.turns)) turns.set({ status: name }, count);
      for (const [state, count] of Object.entries(report.outbox)) outbox.set({ state }, count);
      queued.set(report.queued);
      oldest.set((report.oldestQueuedMs ?? 0) / 1000);
      dead.set(report.deadLetters);
      for (const { network, account, state } of report.adapters) {
        connected.set({ network, account }, state === "connected" ? 1 : 0);
      }
      for (const { name, processes: now, memoryBytes } of report.workers) {
        processes.set({ worker: name }, now);
        if (memoryBytes !== null) memory.set({ worker: name }, memoryBytes);
      }
      return registry.metrics();
    },
  };
}
