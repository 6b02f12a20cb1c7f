import type { InboxItem } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";

/**
 * A button that no longer means anything was pressed while a question is open: its buttons are shown anew, where
 * the person looks, and taken from where they were.
 */
export async function reissue(core: Core, item: InboxItem): Promise<void> {
  const open = await core.engine.requests({ key: item.key, onlyOpen: true });
  const latest = open.toSorted((a, b) => a.openedAt - b.openedAt).at(-1);
  if (latest === undefined || latest.shownIn === null) return;
  const shown = await core.engine.outboxRow(latest.shownIn);
  if (shown?.state !== "sent" || shown.placed === item.message.button?.on) return;
  const { text, buttons, replyTo } = shown.message;
  const anew = composeRow({
    id: core.ids.outbox(),
    at: core.clock.now(),
    address: shown.address,
    key: latest.key,
    turn: latest.turn,
    purpose: "request",
    text,
    buttons,
    replyTo,
  });
  await core.engine.commit({
    requests: [{ ...latest, shownIn: anew.id }],
    outbox: [
      anew,
      { ...shown, message: { ...shown.message, buttons: [] }, state: "pending", settledAt: null },
    ],
    outboxFrom: [{ id: shown.id, states: ["sent"] }],
  });
}
