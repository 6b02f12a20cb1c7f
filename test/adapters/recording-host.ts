import type { AdapterHost, AdapterState, Gap, MenuEntry, Receipt } from "../../adapters/adapter.ts";
import type { KeyedWrite } from "../../sessions/keyed-values.ts";
import type { InboundMessage } from "../../sessions/message.ts";

/** A gateway that remembers what it was handed, and can be made to fail. */
export interface RecordingHost extends AdapterHost {
  /** Every `accept`, whatever became of it. */
  readonly offered: InboundMessage[];
  /** What was stored, each once. */
  readonly stored: InboundMessage[];
  readonly states: AdapterState[];
  readonly gaps: Gap[];
  /** How often something came that could not be read. */
  unread: number;
  readonly menu: MenuEntry[];
  readonly people: { readonly operators: string[]; readonly allowed: string[] };
  /** The next `accept` calls reject with these. */
  readonly failures: Error[];
  /** The next stored messages get these receipts instead; only `stored` ones are kept. */
  readonly receipts: Receipt[];
  /** `accept` waits until the returned function is called. */
  hold(): () => void;
  /** Called for each newly stored message. */
  onStored: ((message: InboundMessage) => void) | null;
}

export function createRecordingHost(): RecordingHost {
  let held: Promise<void> = Promise.resolve();
  const cursors = new Map<string, unknown>();
  const host: RecordingHost = {
    offered: [],
    stored: [],
    states: [],
    gaps: [],
    unread: 0,
    unreadable: () => void (host.unread += 1),
    menu: [
      { name: "help", usage: "", summary: "What you can ask for", isForOperators: false },
      { name: "restart", usage: "", summary: "Restart the gateway", isForOperators: true },
    ],
    people: { operators: ["1"], allowed: ["1", "2"] },
    failures: [],
    receipts: [],
    onStored: null,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    async accept(messages, keyed: readonly KeyedWrite[]) {
      host.offered.push(...messages);
      await held;
      const failure = host.failures.shift();
      if (failure !== undefined) throw failure;
      for (const { key, value } of keyed) cursors.set(key, value);
      return messages.map((message): Receipt => {
        if (host.stored.some((one) => one.externalId === message.externalId)) {
          return { outcome: "duplicate", fate: "answered" };
        }
        const receipt = host.receipts.shift() ?? { outcome: "stored", fate: "queued" };
        if (receipt.outcome !== "stored") return receipt;
        host.stored.push(message);
        // A gateway answers when it has stored, never while it does.
        setImmediate(() => host.onStored?.(message));
        return receipt;
      });
    },
    cursor: (key) => Promise.resolve(cursors.get(key) ?? null),
    gap: async (gap) => {
      if (!host.gaps.some((one) => one.name === gap.name)) host.gaps.push(gap);
    },
    state: (state) => void host.states.push(state),
    fate: (externalId) =>
      Promise.resolve(
        host.stored.some((one) => one.externalId === externalId) ? "queued behind 2" : null,
      ),
  };
  return host;
}
