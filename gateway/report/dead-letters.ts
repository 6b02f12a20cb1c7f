import { messageIdShape, outboxIdShape } from "../../sessions/stored/id-shape.ts";
import type { InboxItem, StoredOutboxRow } from "../../sessions/rows.ts";
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
    const now = core.clock.now();
    const { row } = letter;
    await core.engine.commit({
      outbox: [
        {
          ...row,
          state: "pending",
          attempts: 0,
          dueAt: now,
          createdAt: now,
          error: null,
          settledAt: null,
        },
      ],
      outboxFrom: [{ id: row.id, states: ["dead"] }],
    });
  }
  return letter;
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
