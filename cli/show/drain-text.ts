import type { DrainReport, RestartPlan, WaitedTurn } from "../../gateway/operations.ts";
import { count, formatSpan } from "./span.ts";
import { formatTable } from "./table.ts";

const SHOWN = 8;

/** Where a drain is, and whom it waits for. */
export function drainLines(report: DrainReport): readonly string[] {
  return [headLine(report), ...turnLines(report.waitingFor)];
}

/** The same in one line, for logs; it differs only when something changed. */
export function drainLine(report: DrainReport): string {
  const names = report.waitingFor.map((turn) => turn.key);
  return names.length === 0 ? phaseText(report) : `${phaseText(report)}: ${listOf(names)}`;
}

/** What a drain did, when it is over. */
export function drainSummary(report: DrainReport): readonly string[] {
  const took = `in ${formatSpan(report.elapsedMs)}`;
  const lines = [
    report.timedOut || report.cut.length > 0
      ? `Drained ${took}; ${count(report.cut.length, "turn")} cut, to be continued after the next start.`
      : `Drained ${took}; every running turn ended by itself.`,
  ];
  if (report.cut.length > 0) lines.push(`  cut: ${listOf(report.cut)}`);
  if (report.requeued.length > 0) lines.push(`  back in the queue: ${listOf(report.requeued)}`);
  if (report.undelivered > 0) {
    lines.push(
      `  ${count(report.undelivered, "reply", "replies")} to be sent after the next start`,
    );
  }
  return lines;
}

export function planLines(plan: RestartPlan): readonly string[] {
  const lines = [
    plan.waitFor.length + plan.wouldCut.length === 0
      ? "Nothing runs: a restart would cut nobody."
      : `A restart would wait for ${count(plan.waitFor.length, "turn")} and cut ${plan.wouldCut.length} at once.`,
    ...turnLines(plan.waitFor),
  ];
  if (plan.wouldCut.length > 0) lines.push("Would be cut at once:", ...turnLines(plan.wouldCut));
  if (plan.requeue.length > 0) lines.push(`Back to the queue: ${listOf(plan.requeue)}`);
  if (plan.leftAlone.length > 0) lines.push(`Left alone: ${listOf(plan.leftAlone)}`);
  lines.push(
    `Kept for after it: ${count(plan.queued, "queued message")}, ${count(plan.undelivered, "unsent reply", "unsent replies")}.`,
    `Longest possible drain: ${formatSpan(plan.worstCaseMs)}. Nothing was changed.`,
  );
  return lines;
}

function headLine(report: DrainReport): string {
  const gone = `${formatSpan(report.elapsedMs)} gone`;
  const left = report.phase === "waiting" ? `, ${formatSpan(report.remainingMs)} left` : "";
  return `${phaseText(report)} (${gone}${left})`;
}

function phaseText(report: DrainReport): string {
  switch (report.phase) {
    case "waiting":
      return report.waitingFor.length === 0
        ? "Draining"
        : `Draining: waiting for ${count(report.waitingFor.length, "turn")}`;
    case "cutting":
      return "Draining: time is over, cutting what still runs";
    case "delivering":
      return `Draining: sending ${count(report.undelivered, "reply", "replies")}`;
    case "drained":
      return "Drained";
    case "cancelled":
      return "Drain cancelled: work goes on";
  }
}

function turnLines(turns: readonly WaitedTurn[]): readonly string[] {
  if (turns.length === 0) return [];
  const table = formatTable(
    turns
      .slice(0, SHOWN)
      .map((turn) => [
        `  ${turn.key}`,
        turn.status.replaceAll("_", " "),
        `for ${formatSpan(turn.runningMs)}`,
        `silent ${formatSpan(turn.silentMs)}`,
      ]),
  );
  const more = turns.length - SHOWN;
  return [...table.split("\n"), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function listOf(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
