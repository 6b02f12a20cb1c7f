import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Every figure that Prometheus is given; names and labels are fixed words. `docs/metrics.md` is printed from this. */
export function createFigures() {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []) =>
    new Histogram({ name, help, buckets, labelNames, registers });
  const perBot = ["network", "account"];
  return {
    registry,
    turnsEnded: counter("sluice_turns_ended_total", "Turns that ended, by outcome.", ["outcome"]),
    turnSeconds: histogram(
      "sluice_turn_seconds",
      "From admission to end.",
      [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200],
    ),
    turnsResumed: counter("sluice_turns_resumed_total", "Turns that began with a restart note."),
    turns: gauge("sluice_turns", "Turns now, by status.", ["status"]),
    turnLimit: gauge("sluice_turns_limit", "Turns that may run side by side."),
    accepted: counter(
      "sluice_inbox_total",
      "Messages that networks brought, by what became of them: new, duplicate, full.",
      ["outcome"],
    ),
    unreadable: counter(
      "sluice_unreadable_total",
      "What a network brought that cannot be read and was passed over.",
      ["network"],
    ),
    queued: gauge("sluice_inbox_queued", "Messages that wait for a turn."),
    oldest: gauge("sluice_inbox_oldest_seconds", "Age of the oldest of them."),
    outbox: gauge("sluice_outbox", "Messages not confirmed sent, by state.", ["state"]),
    sends: counter(
      "sluice_sends_total",
      "What networks answered to sends and edits: sent, refused, not_sent, rate_limited, unknown.",
      ["network", "outcome"],
    ),
    labelled: counter(
      "sluice_sends_labelled_total",
      "Sends that were marked as a possible repetition.",
      ["network"],
    ),
    dead: gauge("sluice_dead_letters", "What was given up and not dropped."),
    connected: gauge("sluice_adapter_connected", "1 while messages flow.", perBot),
    adapterState: gauge("sluice_adapter_state", "1 for the state it is in.", [...perBot, "state"]),
    workerMemory: gauge("sluice_worker_memory_bytes", "Resident memory of its processes.", [
      "worker",
    ]),
    workerProcesses: gauge("sluice_worker_processes", "Processes now.", ["worker"]),
    storeSeconds: histogram(
      "sluice_store_write_seconds",
      "Until a write to the store was on the disk, by what it wrote: accept, claim, commit.",
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      ["write"],
    ),
    storeFailed: counter("sluice_store_failed_total", "Writes that failed.", ["write"]),
    drainPhase: gauge("sluice_drain_phase", "1 for the phase of the drain under way.", ["phase"]),
    drainSeconds: gauge("sluice_drain_seconds", "Since the drain began."),
    drainWaiting: gauge("sluice_drain_waiting", "Turns that the drain waits for, by status.", [
      "status",
    ]),
    drainCut: gauge("sluice_drain_cut", "Turns that the drain has cut."),
    loopDelay: gauge(
      "sluice_event_loop_delay_seconds",
      "How late timers of the event loop were since the last reading, by quantile (1 is the most).",
      ["quantile"],
    ),
    archived: counter(
      "sluice_conversations_archived_total",
      "Conversations that left the store for their age.",
    ),
    archiveRemoved: counter(
      "sluice_archive_removed_total",
      "Conversations that left the archive for their age.",
    ),
    archive: gauge("sluice_archive_conversations", "Conversations in the archive."),
    archiveBytes: gauge("sluice_archive_bytes", "Size of the archive."),
    files: gauge("sluice_files", "Files kept, by side: in, out.", ["side"]),
    memory: gauge("sluice_memory_bytes", "Resident memory of the gateway itself."),
    up: gauge("sluice_up_seconds", "Since the gateway started."),
  };
}

export type Figures = ReturnType<typeof createFigures>;
