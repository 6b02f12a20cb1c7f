import type { Address } from "../../sessions/message.ts";
import type { OutboxRow, StoredOutboxRow } from "../../sessions/rows.ts";
import { textOf } from "../../sessions/errors.ts";
import type { Core } from "../core.ts";
import { composeRow } from "../deliver/compose.ts";
import { allowance, chatOf } from "./allowance.ts";
import type { TextKey } from "./catalogue.ts";

/** What chats are told about the gateway itself: within a budget, once, and each "down" with its "up". */
export interface Notices {
  /** A restart or stop begins: said now, with the words for afterwards already stored. */
  down(
    chats: readonly { readonly address: Address; readonly isWaiting: boolean }[],
    then: "restart" | "stop" | "stay",
  ): Promise<void>;
  /** Who asked for a restart hears when it is done. */
  owe(address: Address): Promise<void>;
  /** The message is kept while the gateway restarts. */
  saved(address: Address): Promise<void>;
  /** What an earlier boot owed is due. */
  up(): Promise<void>;
  /** The drain was called off. */
  undrained(): Promise<void>;
}

/** Rows in one commit. */
const SLICE = 100;

export function createNotices(core: Core): Notices {
  /** Told in this drain, by chat and kind. */
  const told = new Set<string>();

  /** A notice that fails delays nothing. */
  async function tell(kind: string, address: Address, rows: readonly OutboxRow[]): Promise<void> {
    const once = `${kind} ${chatOf(address)}`;
    if (told.has(once)) return;
    told.add(once);
    try {
      const spend = await allowance(core, address, {
        count: rows.length,
        purse: "budget",
      });
      if (spend !== null) await core.engine.commit({ outbox: rows, keyed: [spend] });
    } catch (error) {
      core.log.warn({ chat: address.chat, error: textOf(error) }, "notice not stored");
    }
  }

  function notice(
    address: Address,
    key: TextKey,
    state: "pending" | "held" = "pending",
  ): OutboxRow {
    return composeRow({
      id: core.ids.outbox(),
      at: core.clock.now(),
      address,
      purpose: "notice",
      text: core.texts.say(key),
      state,
    });
  }

  async function release(text: TextKey): Promise<void> {
    const now = core.clock.now();
    let after: number | null = 0;
    while (after !== null) {
      const held: readonly StoredOutboxRow[] = await core.engine.outbox({
        states: ["held"],
        after,
        limit: SLICE,
      });
      const due = held.map((row): OutboxRow => {
        const message = { ...row.message, text: core.texts.say(text) };
        return { ...row, message, state: "pending", createdAt: now, dueAt: now };
      });
      if (due.length > 0) await core.engine.commit({ outbox: due });
      after = held.at(-1)?.seq ?? null;
    }
    told.clear();
  }

  return {
    async down(chats, then) {
      const running = then === "stop" ? "down_stop" : "down_restart";
      // Side by side: ten thousand chats share few commits.
      await Promise.all(
        chats.map(({ address, isWaiting }) =>
          tell("up", address, [
            notice(address, isWaiting ? "down_waiting" : running),
            notice(address, "up", "held"),
          ]),
        ),
      );
    },
    owe: (address) => tell("up", address, [notice(address, "up", "held")]),
    saved: (address) => tell("saved", address, [notice(address, "saved")]),
    up: () => release("up"),
    undrained: () => release("undrained"),
  };
}
