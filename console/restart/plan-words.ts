import type { DrainReport, RestartPlan } from "../../gateway/operations.ts";
import { lengthWords } from "../timeline/words.ts";

/** What a restart would do now, in a sentence. */
export function planSentence({ waitFor, wouldCut }: RestartPlan): string {
  if (waitFor.length + wouldCut.length === 0) return "Nothing runs: a restart would cut nobody.";
  const waits =
    waitFor.length === 0
      ? "A restart would wait for nobody"
      : `A restart would wait for ${counted(waitFor.length, "turn")}`;
  return wouldCut.length === 0
    ? `${waits}.`
    : `${waits} and cut ${counted(wouldCut.length, "turn")} at once.`;
}

/** How long the gateway could be without an answer, at worst. */
export function worstCaseSentence({ waitFor, worstCaseMs }: RestartPlan): string {
  const most = lengthWords(worstCaseMs);
  return waitFor.length === 0
    ? `It takes a second or two, and at worst ${most}, if replies cannot be sent.`
    : `It takes as long as the slowest of them, and at worst ${most}: then what still runs is cut, and continued after the restart. Messages that come meanwhile are kept.`;
}

/** What is kept for after it. */
export function keptSentence({ queued, undelivered }: RestartPlan): string | null {
  if (queued + undelivered === 0) return null;
  const kept = [
    ...(queued > 0 ? [counted(queued, "queued message")] : []),
    ...(undelivered > 0 ? [counted(undelivered, "unsent reply", "unsent replies")] : []),
  ];
  return `Kept for after it: ${kept.join(" and ")}.`;
}

/** Where a drain is. */
export function drainSentence({ phase, waitingFor, undelivered, cut, then }: DrainReport): string {
  switch (phase) {
    case "waiting":
      return waitingFor.length === 0
        ? "No new turn starts; nothing runs any more."
        : `No new turn starts; waiting for ${counted(waitingFor.length, "turn")} to end.`;
    case "cutting":
      return "Time is over: what still runs is being marked and cut.";
    case "delivering":
      return `Sending what is decided: ${counted(undelivered, "reply", "replies")} left.`;
    case "drained": {
      const how =
        cut.length === 0 ? "every turn ended by itself" : `${counted(cut.length, "turn")} cut`;
      const next = {
        stay: "It stays so until it is undrained, restarted or stopped.",
        restart: "The gateway is leaving, to be started again.",
        stop: "The gateway is stopping.",
      }[then];
      return `Drained, ${how}. ${next}`;
    }
    case "cancelled":
      return "Called off: work goes on.";
  }
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}
