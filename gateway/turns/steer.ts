import type { InboxItem } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import type { LiveTurns } from "./live-turn.ts";
import { toTurnMessage } from "./turn-input.ts";

/**
 * Takes a message into the running turn. It is adopted before the worker hears it, so that a crash cannot run
 * it twice; if the worker does not take it, it stands at its old place in the queue. False: it waits.
 */
export async function steer(
  core: Core,
  desk: Desk,
  lives: LiveTurns,
  item: InboxItem,
): Promise<boolean> {
  const session = await desk.read(item.key);
  const live = session.turn === null ? undefined : lives.get(session.turn.id);
  if (session.turn?.phase !== "running" || live?.worker == null) return false;
  const [head] = await core.engine.queue(item.key, 1);
  if (head?.id !== item.id) return false;
  const { text, sender, attachments, sentAt } = item.message;
  const entry = {
    session: live.session,
    turn: live.turn,
    id: `${live.turn}:${item.id}`,
    at: core.clock.now(),
    body: { kind: "user" as const, text, sender, message: item.id, attachments, sentAt },
  };
  const adopted = await core.engine.commit({
    inbox: [{ id: item.id, from: "queued", to: "adopted", turn: live.turn, reason: null }],
    transcript: [{ op: "put", entry }],
  });
  if (adopted.outcome === "fenced") return false;
  const { papers } = live;
  live.papers = {
    ...papers,
    items: [...papers.items, { ...item, state: "adopted", turn: live.turn }],
  };
  if (await live.worker.steer(toTurnMessage(item))) return true;
  live.papers = { ...live.papers, items: live.papers.items.filter((one) => one.id !== item.id) };
  // The turn may have ended meanwhile, and settled it unheard.
  for (const from of ["adopted", "done"] as const) {
    const back = await core.engine.commit({
      inbox: [{ id: item.id, from, to: "queued", turn: null, reason: null }],
      transcript: [{ op: "retract", session: live.session, turn: live.turn, id: entry.id }],
    });
    if (back.outcome === "committed") break;
  }
  return false;
}
