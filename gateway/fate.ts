import type { InboxItem, TurnRow } from "../sessions/rows.ts";
import type { Core } from "./core.ts";
import type { Fate } from "./operations.ts";

/** Where a message is on its way, from the journal alone. */
export async function fateOf(core: Core, item: InboxItem): Promise<Fate> {
  const base = { id: item.id, behind: 0, reply: "none" as const, why: item.reason };
  switch (item.state) {
    case "queued": {
      if (item.kind !== "turn") return { ...base, at: "queued" };
      const queue = await core.engine.queue(item.key, core.settings.turns.queueLimit + 1);
      const before = queue.filter((other) => other.seq < item.seq).length;
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
export function fateWords(fate: Fate): string {
  switch (fate.at) {
    case "queued":
      return fate.behind === 0 ? "stored" : `queued behind ${fate.behind}`;
    case "answered":
      return fate.reply === "sent" ? "answered" : "answered, reply on its way";
    case "awaiting_approval":
      return "awaiting approval";
    case "failed":
    case "dead":
      return `${fate.at}: ${fate.why ?? "no reason kept"}`;
    case "starting":
    case "running":
    case "interrupting":
    case "interrupted":
    case "cancelled":
    case "handled":
      return fate.at;
  }
}
