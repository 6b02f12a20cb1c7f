import { join } from "node:path";

import type { Engine, Unit } from "../../sessions/engine.ts";
import { createIds } from "../../sessions/ids.ts";
import type { SessionKey } from "../../sessions/ids.ts";
import { newSession } from "../../sessions/machine/state.ts";
import { realChance, realClock } from "../../sessions/real-time.ts";
import type { InboundMessage } from "../../sessions/message.ts";
import type { NewInboxItem, TurnRow } from "../../sessions/rows.ts";
import { formatSessionKey } from "../../sessions/session-key.ts";
import { openSqliteEngine } from "../../sessions/sqlite/sqlite-engine.ts";

const ids = createIds(realClock, realChance);
/** Together in one commit. */
const BATCH = 64;

export async function withStore<Result>(
  directory: string,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await openSqliteEngine({
    file: join(directory, "sluice.sqlite"),
    boot: ids.boot(),
    clock: realClock,
  });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

/** Sessions as a turn each has left them: message, turn, transcript, answer and events. */
export async function seedSessions(engine: Engine, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const items = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) =>
      newItem(`seed-${from + index}`, "What is the weather like today?"),
    );
    await engine.accept(items, { queueLimit: 1000, keyed: [] });
    await Promise.all(items.map((item) => engine.commit(finishedTurn(engine, item))));
  }
}

/** One message waits in each of the first `count` seeded sessions. */
export async function seedQueue(engine: Engine, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index) => newItem(`seed-${index}`, "echo later"));
  await engine.accept(items, { queueLimit: 1000, keyed: [] });
}

export function newItem(chat: string, text: string): NewInboxItem {
  const id = ids.message();
  const address = { network: "local", account: "main", chat, thread: null };
  const now = realClock.now();
  const message: InboundMessage = {
    externalId: `${chat}~${id}`,
    address,
    sender: { id: "you", name: "you" },
    scope: "private",
    text,
    button: null,
    attachments: [],
    album: null,
    edits: null,
    isLate: false,
    replyTo: null,
    sentAt: now,
  };
  const key = formatSessionKey({ address, user: null });
  return { id, key, kind: "turn", message, receivedAt: now };
}

/** All that a turn writes when it ends, in one unit, as the gateway does it. */
export function finishedTurn(engine: Engine, { id, key, message }: NewInboxItem): Unit {
  const now = realClock.now();
  const session = ids.session();
  const turn = turnRow(engine, { key, session, now });
  const said = "The sun shines, and it will stay so until the evening.";
  const entry = { session, turn: turn.id, at: now };
  const { text, sender, attachments, sentAt } = message;
  const user = { kind: "user" as const, text, sender, message: id, attachments, sentAt };
  const answer = { kind: "assistant" as const, text: said, partial: false };
  const finished = {
    type: "turn_finished",
    turn: turn.id,
    outcome: "completed",
    reason: "end",
  } as const;
  const changed = { type: "status_changed", from: "running", to: "idle" } as const;
  return {
    session: {
      ...newSession(key, session, now),
      revision: 1,
      turns: 1,
      last: { turn: turn.id, outcome: "completed", at: now },
    },
    turn,
    inbox: [{ id, from: "queued", to: "done", turn: turn.id, reason: "completed" }],
    transcript: [
      { op: "put", entry: { ...entry, id: `${turn.id}:0`, body: user } },
      { op: "put", entry: { ...entry, id: `${turn.id}:1`, body: answer } },
    ],
    outbox: [
      {
        id: ids.outbox(),
        address: message.address,
        key,
        turn: turn.id,
        purpose: "reply",
        message: { text: said, buttons: [], file: null, replyTo: message.externalId },
        state: "sent",
        placed: "1",
        attempts: 0,
        dueAt: now,
        uncertain: false,
        error: null,
        createdAt: now,
        settledAt: now,
      },
    ],
    events: [finished, changed].map((event) => ({ key, session, at: now, event })),
  };
}

function turnRow(
  engine: Engine,
  place: { key: SessionKey; session: TurnRow["session"]; now: number },
): TurnRow {
  return {
    id: ids.turn(),
    key: place.key,
    session: place.session,
    owner: engine.boot,
    fence: 1,
    generation: 1,
    attempt: 1,
    phase: "ended",
    outcome: "completed",
    interruption: null,
    reason: "end",
    startedAt: place.now,
    endedAt: place.now,
  };
}
