import type { StatusReport } from "../../gateway/operations.ts";
import { hints } from "./access-text.ts";
import { drainLines } from "./drain-text.ts";
import { count, formatSpan } from "./span.ts";
import { formatTable } from "./table.ts";

/** The state of a gateway at a glance. */
export function statusText(status: StatusReport): string {
  const rows = [
    ["gateway", `${status.phase}, up ${formatSpan(status.upMs)}, version ${status.version}`],
    ["process", `pid ${status.pid}, ${status.boot}`],
    ["started", recoveredText(status.recovered)],
    ...(status.held === null
      ? []
      : [["held", `channels are held back: ${status.held}; \`sluice undrain\` lets them go`]]),
    ["turns", turnsText(status)],
    ["queue", queueText(status)],
    ["outbox", some(status.outbox) || "empty"],
    ["dead", status.deadLetters === 0 ? "none" : deadText(status.deadLetters)],
    ...archiveRow(status.archive),
    ...listed(
      "adapters",
      status.adapters.map((adapter) => [
        `${adapter.network}/${adapter.account}`,
        adapter.reason === null ? adapter.state : `${adapter.state}: ${adapter.reason}`,
      ]),
    ),
    ...listed(
      "workers",
      status.workers.map((worker) => [
        worker.name,
        [
          count(worker.processes, "process", "processes"),
          count(worker.sessions, "session"),
          ...(worker.memoryBytes ? [`${Math.ceil(worker.memoryBytes / 2 ** 20)} MiB`] : []),
        ].join(", "),
      ]),
    ),
    ...someAccess(status.access.flatMap(hints)),
  ];
  const isOver = status.drain === null || status.drain.phase === "cancelled";
  const drain = isOver ? [] : ["", ...drainLines(status.drain)];
  return [formatTable(rows), ...drain].join("\n");
}

function recoveredText(recovered: number | null): string {
  if (recovered === null) return "after a clean stop";
  if (recovered === 0) return "without a clean stop before it, nothing to repair";
  return `after a crash or a kill, ${count(recovered, "turn")} repaired`;
}

function turnsText(status: StatusReport): string {
  const total = Object.values(status.turns).reduce((sum, each) => sum + each, 0);
  return total === 0
    ? `none of ${status.turnLimit}`
    : `${some(status.turns)} (of ${status.turnLimit})`;
}

function queueText(status: StatusReport): string {
  if (status.queued === 0) return "empty";
  const oldest = status.oldestQueuedMs;
  const waits = `${count(status.queued, "message")} waiting`;
  return oldest === null ? waits : `${waits}, the oldest for ${formatSpan(oldest)}`;
}

function deadText(number: number): string {
  return `${count(number, "dead letter")}, see: sluice deadletters list`;
}

function archiveRow(archive: StatusReport["archive"]): readonly string[][] {
  const { conversations, bytes, archived, dropped, removed } = archive;
  if (conversations + archived + removed === 0) return [];
  const since = some({
    "put there": archived - dropped,
    "removed unarchived": dropped,
    "removed for its age": removed,
  });
  const kept = `${count(conversations, "conversation")}, ${Math.ceil(bytes / 2 ** 20)} MiB`;
  return [["archive", since === "" ? kept : `${kept}; since the start ${since}`]];
}

/** What is not zero: `1 running, 2 awaiting input`. */
function some(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([name, number]) => `${number} ${name.replaceAll("_", " ")}`)
    .join(", ");
}

function someAccess(lines: readonly string[]): readonly string[][] {
  return lines.map((line, place) => [place === 0 ? "access" : "", line]);
}

/** A label before the first of several lines. */
function listed(label: string, rows: readonly (readonly string[])[]): readonly string[][] {
  if (rows.length === 0) return [[label, "none"]];
  const lines = formatTable(rows).split("\n");
  return lines.map((line, place) => [place === 0 ? label : "", line]);
}
