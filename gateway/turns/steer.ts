import type { Session } from "../../sessions/machine/state.ts";
import type { InboxItem } from "../../sessions/rows.ts";
import type { TurnMessage } from "../../workers/worker.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import type { LiveTurn, LiveTurns } from "./live-turn.ts";
import { withFiles } from "../files/incoming.ts";
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
  const message = await fetched(core, desk, lives, item);
  const live = await desk.between(item.key, (session) => adopt(core, lives, { session, item }));
  if (live === null) return false;
  if ((await live.worker?.steer(message)) === true) return true;
  await desk.between(item.key, () => putBack(core, live, item));
  return false;
}

/** Before it is adopted: while its files come it waits in the queue, and what was written after it waits behind it. */
async function fetched(
  core: Core,
  desk: Desk,
  lives: LiveTurns,
  item: InboxItem,
): Promise<TurnMessage> {
  const message = toTurnMessage(item);
  const turn = desk.active().get(item.key)?.turn;
  const live = turn?.phase === "running" ? lives.get(turn.id) : undefined;
  return live === undefined ? message : withFiles(core, live, { item, message });
}

/** Between two transitions: an end of this turn comes wholly before, or settles the message with the others. */
async function adopt(
  core: Core,
  lives: LiveTurns,
  { session, item }: { readonly session: Session; readonly item: InboxItem },
): Promise<LiveTurn | null> {
  const live = session.turn?.phase === "running" ? lives.get(session.turn.id) : undefined;
  if (live?.worker == null) return null;
  // Removed since it was stored: what takes it out of the queue is on its way.
  if (!core.access.isAllowed(item.message)) return null;
  const [head] = await core.engine.queue(item.key, 1);
  if (head?.id !== item.id) return null;
  const { text, sender, attachments, sentAt } = item.message;
  const body = { kind: "user" as const, text, sender, message: item.id, attachments, sentAt };
  const place = { session: live.session, turn: live.turn, id: entryId(live, item) };
  const adopted = await core.engine.commit({
    inbox: [{ id: item.id, from: "queued", to: "adopted", turn: live.turn, reason: null }],
    transcript: [{ op: "put", entry: { ...place, at: core.clock.now(), body } }],
  });
  if (adopted.outcome === "fenced") return null;
  const { papers } = live;
  const taken: InboxItem = { ...item, state: "adopted", turn: live.turn };
  live.papers = { ...papers, items: [...papers.items, taken] };
  return live;
}

/** The turn may have ended meanwhile, and settled the message unheard. */
async function putBack(core: Core, live: LiveTurn, item: InboxItem): Promise<void> {
  live.papers = { ...live.papers, items: live.papers.items.filter((one) => one.id !== item.id) };
  const place = { session: live.session, turn: live.turn, id: entryId(live, item) };
  for (const from of ["adopted", "done", "dead"] as const) {
    const back = await core.engine.commit({
      inbox: [{ id: item.id, from, to: "queued", turn: null, reason: null }],
      transcript: [{ op: "retract", ...place }],
    });
    if (back.outcome === "committed") return;
  }
}

function entryId(live: LiveTurn, item: InboxItem): string {
  return `${live.turn}:${item.id}`;
}
