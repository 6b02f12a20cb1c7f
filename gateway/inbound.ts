import type { Adapter, AdapterHost, Receipt } from "../adapters/adapter.ts";
import type { KeyedWrite } from "../sessions/keyed-values.ts";
import { textOf } from "../sessions/errors.ts";
import type { InboundMessage } from "../sessions/message.ts";
import type { Accepted, InboxItem, InboxKind, NewInboxItem } from "../sessions/rows.ts";
import type { Core } from "./core.ts";
import { fateOf, fateWords } from "./fate.ts";
import { tellFull } from "./tell-full.ts";
import { tellGap } from "./tell-gap.ts";

/** What is done with a message after it is stored; nothing here is waited for by the network. */
export interface InboundEars {
  menu(network: string): AdapterHost["menu"];
  unreadable(network: string): void;
  /** Somebody spoke who may not talk here. */
  stranger(message: InboundMessage): void;
  isCommand(text: string): boolean;
  /** Every new message, once it is durable. */
  stored(item: InboxItem): void;
}

/** UTF-16 units; what is longer is refused with a word. */
const TEXT_LIMIT = 262_144;

/** The gateway as one adapter sees it: store first, then answer. */
export function createHost(core: Core, adapter: Adapter, ears: InboundEars): AdapterHost {
  return {
    async accept(messages, cursors) {
      core.probe("inbound_arrived");
      const judged = messages.map((message) => judge(core, ears, message));
      const batch = judged.flatMap((one) => ("item" in one ? [one.item] : []));
      const keyed = cursors.map((write) => ({ ...write, key: cursorKey(adapter, write.key) }));
      const accepted = await store(core, batch, keyed);
      if (!adapter.capabilities.canPushBack) await tellFull(core, { batch, accepted, keyed });
      core.probe("inbound_stored");
      const receipts: Receipt[] = [];
      for (const one of judged) {
        const stored = "item" in one ? accepted.shift() : undefined;
        if ("receipt" in one) receipts.push(one.receipt);
        else if (stored !== undefined) receipts.push(await receiptOf(core, stored));
        if (stored?.outcome === "new") ears.stored(stored.item);
        core.probe("inbound_heard");
      }
      return receipts;
    },
    get menu() {
      return ears.menu(adapter.network);
    },
    unreadable: () => ears.unreadable(adapter.network),
    get people() {
      return core.access.people(adapter.network);
    },
    gap: (gap) => tellGap(core, adapter, gap),
    cursor: (key) => core.engine.keyed("cursor", cursorKey(adapter, key)),
    state: (state) => {
      core.networks.setState(adapter, state);
      core.log.info(
        { network: adapter.network, account: adapter.account, ...state },
        "adapter state",
      );
    },
    async fate(externalId) {
      const { network, account } = adapter;
      const item = await core.engine.messageByExternalId(network, account, externalId);
      return item === null ? null : fateWords(core, await fateOf(core, item));
    },
  };
}

async function store(
  core: Core,
  batch: readonly NewInboxItem[],
  keyed: readonly KeyedWrite[],
): Promise<Accepted[]> {
  if (batch.length === 0 && keyed.length === 0) return [];
  const { queueLimit } = core.settings.turns;
  return [...(await core.engine.accept(batch, { queueLimit, keyed }))];
}

/** Each account has its own key space. */
function cursorKey(adapter: Adapter, key: string): string {
  return `${adapter.network}:${adapter.account}:${key}`;
}

type Judged = { readonly item: NewInboxItem } | { readonly receipt: Receipt };

/** One decision line for each message that is not stored. */
function judge(core: Core, ears: InboundEars, message: InboundMessage): Judged {
  const { network } = message.address;
  const about = { network, chat: message.address.chat, message: message.externalId };
  if (!core.access.isAllowed(message)) {
    core.log.info({ ...about, user: message.sender.id }, "message dropped: not allowed");
    ears.stranger(message);
    return { receipt: { outcome: "unauthorised" } };
  }
  const isEmpty = message.text.trim() === "" && message.attachments.length === 0;
  if (isEmpty && message.button === null) {
    core.log.info(about, "message rejected: empty");
    return { receipt: { outcome: "rejected", reason: core.texts.say("rejected_empty") } };
  }
  if (message.text.length > TEXT_LIMIT) {
    core.log.info({ ...about, length: message.text.length }, "message rejected: too long");
    const reason = core.texts.say("rejected_long", {
      length: message.text.length,
      limit: TEXT_LIMIT,
    });
    return { receipt: { outcome: "rejected", reason } };
  }
  return {
    item: {
      id: core.ids.message(),
      key: core.networks.sessionKey(message),
      kind: kindOf(ears, message),
      message,
      receivedAt: core.clock.now(),
    },
  };
}

function kindOf(ears: InboundEars, message: InboundMessage): InboxKind {
  if (message.edits !== null) return "edit";
  if (message.button !== null) return "press";
  return ears.isCommand(message.text) ? "command" : "turn";
}

/** What the sender is told is derived from what was stored. */
async function receiptOf(core: Core, accepted: Accepted): Promise<Receipt> {
  if (accepted.outcome === "full") return { outcome: "full", queued: accepted.queued };
  const fate = await wordsFor(core, accepted.item);
  return { outcome: accepted.outcome === "new" ? "stored" : "duplicate", fate };
}

/** It is stored, whatever else of its session cannot be read: that must not be told as a refusal. */
async function wordsFor(core: Core, item: InboxItem): Promise<string> {
  try {
    return fateWords(core, await fateOf(core, item));
  } catch (error) {
    core.log.error(
      { session: item.key, message: item.id, error: textOf(error) },
      "fate of a stored message not read",
    );
    return core.texts.say("fate_stored");
  }
}
