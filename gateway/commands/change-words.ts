import type { SessionKey } from "../../sessions/ids.ts";
import type { InboxChange, InboxItem } from "../../sessions/rows.ts";
import type { Core } from "../core.ts";

/** A message that begins its turn in this very moment is looked at again. */
const TRIES = 3;

/**
 * The writer of a message changed it: one that still waits is changed, one whose turn began is left as it was
 * or, by policy, followed by its new words. Done once, also across a crash.
 */
export async function changeWords(
  core: Core,
  item: InboxItem,
  wake: (key: SessionKey) => void,
): Promise<void> {
  const { address, edits } = item.message;
  if (edits === null) throw new Error(`message ${item.id} changes nothing`);
  for (let tries = 1; ; tries += 1) {
    const original = await core.engine.messageByExternalId(address.network, address.account, edits);
    const { inbox, decision } = decided(core, item, original);
    const committed = await core.engine.commit({ inbox });
    if (committed.outcome === "fenced" && tries < TRIES) continue;
    core.log.info({ session: item.key, message: item.id, decision }, "message changed");
    // Also when its turn was about to begin with the old words: that was refused.
    if (decision !== "ignored") wake(item.key);
    return;
  }
}

function decided(
  core: Core,
  item: InboxItem,
  original: InboxItem | null,
): {
  readonly inbox: readonly InboxChange[];
  readonly decision: "changed" | "rerun" | "ignored";
} {
  const own = { id: item.id, from: "queued", turn: null } as const;
  const done: InboxChange = { ...own, to: "done", reason: "handled" };
  if (original === null || original.message.sender.id !== item.message.sender.id) {
    return { inbox: [done], decision: "ignored" };
  }
  const { text, attachments, sentAt } = item.message;
  if (original.state === "queued" && original.kind === "turn") {
    const changed: InboxChange = {
      id: original.id,
      from: "queued",
      to: "queued",
      turn: null,
      reason: original.reason,
      message: { ...original.message, text, attachments },
    };
    return { inbox: [changed, done], decision: "changed" };
  }
  const wasTurn = original.kind === "turn" && original.message.text !== text;
  if (wasTurn && core.networks.settings(item.message.address.network)?.edits === "rerun") {
    const message = { ...item.message, edits: null, sentAt };
    return {
      inbox: [{ ...own, to: "queued", reason: null, kind: "turn", message }],
      decision: "rerun",
    };
  }
  return { inbox: [done], decision: "ignored" };
}
