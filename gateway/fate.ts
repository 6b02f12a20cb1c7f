import type { MessageId } from "../sessions/ids.ts";
import type { InboxItem, TurnRow } from "../sessions/rows.ts";
import type { Core } from "./core.ts";

/** Where a message is on its way. */
export interface Fate {
  readonly id: MessageId;
  readonly at:
    | "queued"
    | "starting"
    | "running"
    | "awaiting_approval"
    | "interrupting"
    | "answered"
    | "interrupted"
    | "cancelled"
    | "failed"
    | "dead"
    | "handled";
  /** How many are before it, when queued. */
  readonly behind: number;
  readonly reply: "none" | "pending" | "sent" | "dead";
  readonly why: string | null;
}

/** Where a message is on its way, from the journal alone. */
export async function fateOf(core: Core, item: InboxItem): Promise<Fate> {
  const base = { id: item.id, behind: 0, reply: "none" as const, why: item.reason };
  switch (item.state) {
    case "queued": {
      if (item.kind !== "turn") return { ...base, at: "queued" };
      const before = await core.engine.queuedBefore(item.key, item.seq);
      const session = await core.engine.session(item.key);
      const running = session === null || session.turn === null ? 0 : 1;
      return { ...base, at: "queued", behind: before + running };
    }
    case "dead":
      return {
        ...base,
        at: item.turn === null ? "dead" : "failed",
        ...(await replyOf(core, item)),
      };
    case "adopted":
    case "done": {
      if (item.turn === null) return { ...base, at: "handled" };
      const turn = await core.engine.turn(item.turn);
      if (turn === null) return { ...base, at: "handled" };
      return {
        ...base,
        at: atOf(turn),
        why: turn.reason ?? turn.interruption,
        ...(await replyOf(core, item)),
      };
    }
  }
}

function atOf(turn: TurnRow): Fate["at"] {
  switch (turn.phase) {
    case "starting":
    case "running":
    case "interrupting":
      return turn.phase;
    case "awaiting_input":
      return "awaiting_approval";
    case "ended":
      return turn.outcome === "completed" ? "answered" : (turn.outcome ?? "queued");
  }
}

async function replyOf(core: Core, item: InboxItem): Promise<Pick<Fate, "reply">> {
  if (item.turn === null) return { reply: "none" };
  const { outbox } = await core.engine.papers(item.turn);
  const replies = outbox.filter((row) => row.purpose === "reply" && row.state !== "draft");
  if (replies.length === 0) return { reply: "none" };
  if (replies.some((row) => row.state === "dead")) return { reply: "dead" };
  return { reply: replies.every((row) => row.state === "sent") ? "sent" : "pending" };
}

/** For people, in a receipt or a chat. */
export function fateWords({ texts: { say } }: Core, fate: Fate): string {
  switch (fate.at) {
    case "queued":
      return fate.behind === 0 ? say("fate_stored") : say("fate_queued", { count: fate.behind });
    case "answered":
      return say(fate.reply === "sent" ? "fate_answered" : "fate_reply_pending");
    case "failed":
    case "dead":
      return say(fate.at === "failed" ? "fate_failed" : "fate_dead", {
        why: fate.why ?? say("fate_why_unknown"),
      });
    case "awaiting_approval":
      return say("fate_awaiting_approval");
    case "starting":
      return say("fate_starting");
    case "running":
      return say("fate_running");
    case "interrupting":
      return say("fate_interrupting");
    case "interrupted":
      return say("fate_interrupted");
    case "cancelled":
      return say("fate_cancelled");
    case "handled":
      return say("fate_handled");
  }
}
