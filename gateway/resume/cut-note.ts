import type { TurnId } from "../../sessions/ids.ts";
import type { SessionEvent } from "../../sessions/machine/events.ts";
import type { Interruption } from "../../sessions/machine/state.ts";
import type { OutboundMessage } from "../../sessions/message.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { Core } from "../core.ts";
import type { Change } from "../dispatch.ts";
import { addressOf } from "../networks.ts";
import { row } from "../deliver/compose.ts";
import type { TextKey } from "../notices/catalogue.ts";
import { autoBound } from "./auto-bound.ts";

/** What people are told when a turn is cut: once, on the message that was being written. */
export function cutText(
  core: Core,
  change: Change,
  how: {
    readonly end: Extract<SessionEvent, { type: "turn_cut" }>;
    readonly hasNext: boolean;
    readonly entries: readonly TranscriptEntry[];
  },
): string {
  const { end, hasNext, entries } = how;
  const { mark } = change.after;
  if (mark?.kind === "suspended") {
    return core.texts.say("cut_suspended", { cuts: end.cuts });
  }
  const cause = core.texts.say(CAUSE[end.interruption]);
  if (hasNext) return core.texts.say("cut_next", { cause });
  switch (policyOf(core, change)) {
    case "on_message":
      return core.texts.say(CUT[end.interruption]);
    case "ask":
      return core.texts.say("cut_ask", { cause });
    case "auto":
      return mark === null || autoBound(core, mark, entries) !== null
        ? core.texts.say(CUT[end.interruption])
        : core.texts.say("cut_auto", { cause });
  }
}

/** Continue and Drop, where the policy asks and the network can show them. */
export function cutButtons(core: Core, change: Change, turn: TurnId): OutboundMessage["buttons"] {
  if (policyOf(core, change) !== "ask" || change.after.mark?.kind !== "resume_pending") return [];
  return row(
    { label: core.texts.say("continue_label"), data: `continue:${turn}` },
    { label: core.texts.say("drop_label"), data: `drop:${turn}` },
  );
}

function policyOf(core: Core, change: Change): "on_message" | "auto" | "ask" {
  const address = addressOf(change.after.key);
  if (address === null) return "on_message";
  const policy = core.networks.settings(address.network)?.resume ?? "on_message";
  // Nothing to press: the next message asks as well.
  return policy === "ask" && !core.networks.capabilities(address).canButtons
    ? "on_message"
    : policy;
}

const CUT: Record<Interruption, TextKey> = {
  restart_timeout: "cut_restart",
  shutdown_timeout: "cut_shutdown",
  crash: "cut_crash",
  worker_lost: "cut_worker_lost",
  stalled: "cut_stalled",
};

const CAUSE: Record<Interruption, TextKey> = {
  restart_timeout: "cause_restart",
  shutdown_timeout: "cause_shutdown",
  crash: "cause_crash",
  worker_lost: "cause_worker_lost",
  stalled: "cause_stalled",
};
