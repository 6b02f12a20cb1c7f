import { writeSync } from "node:fs";
import type { Engine, Unit } from "../../../sessions/engine.ts";
import type { SessionKey } from "../../../sessions/ids.ts";
import type { Session } from "../../../sessions/machine/state.ts";
import { openSqliteEngine } from "../../../sessions/sqlite/sqlite-engine.ts";
import {
  bootId,
  ended,
  event,
  item,
  key,
  message,
  messageId,
  outboxId,
  reply,
  running,
  said,
  session,
  sessionId,
  settableClock,
  turn,
  turnId,
} from "./samples.ts";

/** Takes messages and runs turns as fast as it can, telling what the store acknowledged, until it is killed. */
const [, , file = "", round = ""] = process.argv;

const engine = await openSqliteEngine({ file, boot: bootId(round), clock: settableClock() });
await Promise.all(["a", "b", "c", "d"].map((chat) => live(engine, chat)));

async function live(store: Engine, chat: string): Promise<void> {
  let entry = await mended(store, key(chat), chat);
  for (let n = 0; ; n += 1) {
    const name = `${round}-${chat}-${n}`;
    await store.accept([item(name, chat, { message: message(name, chat) })], {
      queueLimit: 1_000_000,
      keyed: [{ space: "cursor", key: chat, value: name, ttlMs: null }],
    });
    tell(`accepted ${name}`);
    const begun = session(chat, entry.revision + 1, {
      turn: running(name),
      turns: entry.turns + 1,
      last: entry.last,
    });
    await must(
      store.claim({
        session: begun,
        turn: turn(name, chat),
        inbox: [
          { id: messageId(name), from: "queued", to: "adopted", turn: turnId(name), reason: null },
        ],
      }),
    );
    tell(`claimed ${name}`);
    entry = session(chat, begun.revision + 1, {
      turns: begun.turns,
      last: { turn: turnId(name), outcome: "completed", at: 1 },
    });
    await must(
      store.commit({
        session: entry,
        turn: turn(name, chat, ended),
        inbox: [
          { id: messageId(name), from: "adopted", to: "done", turn: turnId(name), reason: null },
        ],
        transcript: [{ op: "put", entry: said(`${name}:1`, name, { session: sessionId(chat) }) }],
        outbox: [reply(name, name, { id: outboxId(name), key: key(chat) })],
        events: [event(chat)],
      }),
    );
    tell(`finished ${name}`);
  }
}

/** A turn that was cut by the kill before is ended, as a boot would. */
async function mended(store: Engine, at: SessionKey, chat: string): Promise<Session> {
  const entry = await store.session(at);
  if (entry === null) return session(chat, 0);
  if (entry.turn === null) return entry;
  const open = await store.turn(entry.turn.id);
  if (open === null) throw new Error("an entry names a turn that is not stored");
  const next = {
    ...entry,
    revision: entry.revision + 1,
    turn: null,
    last: { turn: open.id, outcome: "interrupted", at: 1 },
  } as const;
  const unit: Unit = { session: next, turn: { ...open, ...ended, outcome: "interrupted" } };
  await must(store.commit(unit));
  return next;
}

async function must(result: ReturnType<Engine["commit"]>): Promise<void> {
  const committed = await result;
  if (committed.outcome === "fenced") throw new Error(committed.why);
}

function tell(line: string): void {
  writeSync(1, `${line}\n`);
}
