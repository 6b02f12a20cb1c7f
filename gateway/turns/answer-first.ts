import type { SessionKey } from "../../sessions/ids.ts";
import type { ActiveTurn } from "../../sessions/machine/state.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";

/**
 * A message came while a turn waits for an answer. Plain words are never taken for consent ("yes" may be meant
 * for anything), so its sender is told how to give it, once for each turn, and that the message is kept.
 */
export async function tellHowToAnswer(
  core: Core,
  key: SessionKey,
  turn: ActiveTurn,
): Promise<void> {
  const once = `answer_first:${turn.id}`;
  const [item] = await core.engine.queue(key, 1);
  if (item === undefined || (await core.engine.keyed("notice", once)) !== null) return;
  const told = composeRow({
    id: core.ids.outbox(),
    at: core.clock.now(),
    address: item.message.address,
    key,
    purpose: "notice",
    text: core.texts.say("answer_first"),
  });
  const { ttlMs } = core.settings.requests;
  await core.engine.commit({
    outbox: [told],
    keyed: [{ space: "notice", key: once, value: true, ttlMs }],
  });
}
