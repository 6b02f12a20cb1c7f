import type { Core } from "../core.ts";
import type { Change } from "../dispatch.ts";
import { cutText } from "../resume/cut-note.ts";
import type { Leavings, SettledEnd } from "./settle.ts";

/** What is said under, or in place of, the answer when it is not a whole one. */
export function endRemark(core: Core, change: Change, end: SettledEnd, leavings: Leavings): string {
  const { text, draft, hasNext, papers, files, remarks, refused } = leavings;
  const say = core.texts.say;
  if (end.type === "turn_cut") {
    return cutText(core, change, { end, hasNext, entries: papers.entries });
  }
  switch (end.outcome) {
    case "completed":
      if (text !== "" || files.length + remarks.length > 0) return "";
      return refused.length > 0
        ? say("policy_denied", { list: refused.join("; ") })
        : say("nothing_said");
    case "failed":
      return say("turn_failed", { error: end.reason });
    case "interrupted":
      return say("cut_worker_lost");
    case "cancelled":
      return cancelledRemark(core, change, end.reason, draft !== null || text !== "");
  }
}

/** A stop is answered by the command that asked for it, unless part of the answer is already to be seen. */
function cancelledRemark(core: Core, change: Change, reason: string, isVisible: boolean): string {
  const turn = change.before.turn;
  const stop = turn?.phase === "interrupting" ? turn.stop : null;
  if (stop === "newer_message") return core.texts.say("replaced");
  if (stop === "operator") return core.texts.say("stopped");
  switch (reason) {
    case "declined":
      return core.texts.say("declined");
    case "request expired":
      return core.texts.say("request_expired");
    case "stopped":
    case "new conversation":
      return isVisible ? core.texts.say("stopped") : "";
    default:
      return stop === "person"
        ? isVisible
          ? core.texts.say("stopped")
          : ""
        : core.texts.say("turn_ended_by_worker");
  }
}
