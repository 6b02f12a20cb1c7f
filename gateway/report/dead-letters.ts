import { messageIdShape, outboxIdShape } from "../../sessions/stored/id-shape.ts";
import type { InboxItem, OutboxRow, StoredOutboxRow } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { DeadLetter } from "../operations.ts";

/** What was given up, of both kinds, the latest first. */
export async function listDeadLetters(core: Core, limit: number): Promise<readonly DeadLetter[]> {
  const messages = await core.engine.deadMessages(limit);
  const replies = await core.engine.outbox({ states: ["dead"], after: 0, limit });
  return [...messages.map(toMessageLetter), ...replies.map(toReplyLetter)]
    .toSorted((one, other) => other.at - one.at)
    .slice(0, limit);
}

/** Puts a letter back where it came from. Null: there is none of that id. */
export async function retryDeadLetter(core: Core, id: string): Promise<DeadLetter | null> {
  const letter = await find(core, id);
  if (letter?.kind === "message") {
    const done = await core.engine.commit({
      inbox: [{ id: letter.id, from: "dead", to: "queued", turn: null, attempts: 0, reason: null }],
    });
    return done.outcome === "committed" ? letter : null;
  }
  if (letter?.kind === "reply") {
    await core.engine.commit({
      outbox: [onceMore(core, letter.row)],
      outboxFrom: [{ id: letter.id, states: ["dead"] }],
    });
  }
  return letter;
}

/**
 * As good as new, by an operator's decision: no policy holds it back again. What may have arrived, and what its
 * network would no longer know for a repeat, says so itself.
 */
function onceMore(core: Core, row: StoredOutboxRow): OutboxRow {
  const now = core.clock.now();
  const { idempotentForMs } = core.networks.capabilities(row.address);
  const isKnown = now - row.createdAt < idempotentForMs;
  const { text } = row.message;
  const isLabelled = row.uncertain && row.placed === null && !isKnown;
  return {
    ...row,
    message: isLabelled
      ? { ...row.message, text: core.texts.say("may_be_duplicate", { text }).trim() }
      : row.message,
    state: "pending",
    uncertain: row.uncertain && !isLabelled,
    attempts: 0,
    dueAt: now,
    createdAt: now,
    error: null,
    settledAt: null,
  };
}

/** Takes a letter off the list for good. */
export async function dropDeadLetter(core: Core, id: string): Promise<boolean> {
  const letter = await find(core, id);
  if (letter === null) return false;
  const done =
    letter.kind === "message"
      ? await core.engine.commit({
          inbox: [
            { id: letter.id, from: "dead", to: "done", turn: letter.item.turn, reason: "dropped" },
          ],
        })
      : await core.engine.commit({
          outbox: [{ ...letter.row, state: "dropped" }],
          outboxFrom: [{ id: letter.id, states: ["dead"] }],
        });
  return done.outcome === "committed";
}

async function find(core: Core, id: string): Promise<DeadLetter | null> {
  const item = await core.engine.message(messageIdShape.parse(id));
  if (item?.state === "dead") return toMessageLetter(item);
  const row = await core.engine.outboxRow(outboxIdShape.parse(id));
  return row?.state === "dead" ? toReplyLetter(row) : null;
}

function toMessageLetter(item: InboxItem): DeadLetter {
  const reason = item.reason ?? "no reason kept";
  return { kind: "message", id: item.id, reason, at: item.receivedAt, item };
}

function toReplyLetter(row: StoredOutboxRow): DeadLetter {
  const reason = row.error ?? "no reason kept";
  return { kind: "reply", id: row.id, reason, at: row.settledAt ?? row.createdAt, row };
}
