import { textOf } from "../../sessions/errors.ts";
import type { Address, OutboundMessage } from "../../sessions/message.ts";
import type { Adapter, Capabilities, SendResult } from "../adapter.ts";
import { FILE_LIMIT } from "./file-shelf.ts";
import type { NewShownMessage, ShownFile } from "./shown-message.ts";
import { startLocalChat, stopLocalChat } from "./local-chat.ts";
import type { LocalAdapterOptions, LocalChat } from "./local-chat.ts";

export interface LocalAdapter extends Adapter {
  /** Where people reach it while it is connected: `http://127.0.0.1:8787`. */
  url(): string | null;
}

const CAPABILITIES: Capabilities = {
  textLimit: 16_000,
  canEdit: true,
  editIntervalMs: 50,
  editIntervalInGroupsMs: 50,
  canButtons: true,
  // The outbox id is the message's external id: a repeat meets its own row for as long as the chat keeps it.
  idempotentForMs: Number.MAX_SAFE_INTEGER,
  burstMs: 0,
  albumMs: 0,
  sendFileLimit: FILE_LIMIT,
  fetchFileLimit: FILE_LIMIT,
  canPushBack: true,
};

/** A chat network of this machine alone: HTTP and server-sent events on loopback. */
export function createLocalAdapter(options: LocalAdapterOptions): LocalAdapter {
  let opening: Promise<LocalChat> | null = null;
  let closing: Promise<void> | null = null;
  let open: LocalChat | null = null;

  return {
    network: options.network ?? "local",
    account: options.account,
    capabilities: CAPABILITIES,
    url: () => open?.listener.url ?? null,

    async connect(host, signal) {
      await closing;
      opening ??= startLocalChat(options, host, signal);
      try {
        open = await opening;
      } catch (thrown) {
        opening = null;
        throw thrown;
      }
    },

    disconnect() {
      if (opening === null) return Promise.resolve();
      closing ??= opening
        .then(stopLocalChat, () => {})
        .finally(() => {
          opening = null;
          closing = null;
          open = null;
        });
      return closing;
    },

    async send(address, message, { id, signal }) {
      if (open === null || signal.aborted) return NOT_CONNECTED;
      const refusal = refuse(message);
      if (refusal !== null) return refusal;
      const { archive, shelf } = open;
      const { file } = message;
      return attempt(id, async () => {
        const known = archive.message(id);
        // Only a try whose answer was lost comes here; what it says by now is what counts.
        if (known !== null) {
          await archive.edit(id, message);
          return null;
        }
        const { chat } = address;
        const kept = file === null ? null : await shelf.keep(file, { chat, message: id, signal });
        if (kept !== null && kept.outcome !== "stored") {
          return { outcome: "refused", reason: FILE_REASONS[kept.outcome] };
        }
        const files = kept === null ? [] : [kept.file];
        const at = options.clock.now();
        await archive.put(toShown(address, message, { id, at, files }), "power");
        return null;
      });
    },

    async edit(address, externalId, message, { signal }) {
      if (open === null || signal.aborted) return NOT_CONNECTED;
      const refusal = refuse(message);
      if (refusal !== null) return refusal;
      const { archive } = open;
      const known = archive.message(externalId);
      if (known === null || known.from.kind !== "agent" || known.chat !== address.chat) {
        return { outcome: "refused", reason: "the message is gone" };
      }
      return attempt(externalId, async () => {
        await archive.edit(externalId, message);
        return null;
      });
    },

    fetch({ ref }, how) {
      if (open === null) {
        return Promise.resolve({ outcome: "failed", reason: NOT_CONNECTED.reason });
      }
      return open.shelf.fetch(ref, how);
    },

    async answer(incoming, outgoing) {
      if (open === null) return false;
      await open.door.admit(open.answer, [incoming, outgoing]);
      return true;
    },

    typing(address) {
      open?.viewers.typing(address.chat, address.thread);
      return Promise.resolve();
    },
  };
}

const NOT_CONNECTED = {
  outcome: "not_sent",
  reason: "the local chat is not connected",
} as const;

const FILE_REASONS = {
  gone: "the file is gone",
  too_large: `the file is larger than ${FILE_LIMIT / 1024 / 1024} MB`,
  empty: "the file has nothing in it",
};

function refuse({ text, buttons, file }: OutboundMessage): SendResult | null {
  if (text.length > CAPABILITIES.textLimit) {
    return { outcome: "refused", reason: `the text is longer than ${CAPABILITIES.textLimit}` };
  }
  if (text.trim() === "" && buttons.length === 0 && file === null) {
    return { outcome: "refused", reason: "the message is empty" };
  }
  return null;
}

/** A failed write is certain: nothing of it stands. */
async function attempt(
  externalId: string,
  write: () => Promise<SendResult | null>,
): Promise<SendResult> {
  try {
    return (await write()) ?? { outcome: "sent", externalId };
  } catch (thrown) {
    return { outcome: "not_sent", reason: textOf(thrown) };
  }
}

function toShown(
  address: Address,
  message: OutboundMessage,
  {
    id,
    at,
    files,
  }: { readonly id: string; readonly at: number; readonly files: readonly ShownFile[] },
): NewShownMessage {
  const { text, buttons, replyTo } = message;
  const { chat, thread } = address;
  return {
    externalId: id,
    chat,
    thread,
    from: { kind: "agent" },
    text,
    buttons,
    files,
    replyTo,
    sentAt: at,
  };
}
