import type { KeyedWrite } from "../sessions/keyed-values.ts";
import type { Accepted, NewInboxItem } from "../sessions/rows.ts";
import type { Core } from "./core.ts";
import { composeRow } from "./deliver/compose.ts";

interface Refusal {
  readonly batch: readonly NewInboxItem[];
  /** Of each item of the batch, in order. */
  readonly accepted: readonly Accepted[];
  readonly keyed: readonly KeyedWrite[];
}

/**
 * A network that has only one queue for all chats cannot keep what one full session refused: its writer is
 * told, and only with that the cursor moves on. A crash before brings the message again.
 */
export async function tellFull(core: Core, { batch, accepted, keyed }: Refusal): Promise<void> {
  const refused = batch.filter((_, index) => accepted[index]?.outcome === "full");
  if (refused.length === 0) return;
  const at = core.clock.now();
  const groups = Map.groupBy(refused, (item) => item.key);
  await core.engine.commit({
    outbox: [...groups.values()].flatMap((items) => {
      const [first] = items;
      if (first === undefined) return [];
      core.log.warn({ session: first.key, count: items.length }, "messages not taken: queue full");
      return composeRow({
        id: core.ids.outbox(),
        at,
        address: first.message.address,
        purpose: "notice",
        text: core.texts.say(items.length === 1 ? "full" : "full_many", {
          count: items.length,
          limit: core.settings.turns.queueLimit,
        }),
        replyTo: first.message.externalId,
      });
    }),
    keyed,
  });
}
