import type { Address, InboundMessage, OutboundMessage } from "../sessions/message.ts";
import type { OutboxId } from "../sessions/ids.ts";
import type { KeyedWrite } from "../sessions/engine.ts";

/**
 * The port to one chat network, for one account of it. An adapter turns the network's words into ours
 * and back; it decides nothing about sessions, turns or delivery.
 */
export interface Adapter {
  readonly network: string;
  readonly account: string;
  readonly capabilities: Capabilities;

  /**
   * Resolves when messages flow. Goes on by itself when the connection breaks, telling `host.state`.
   * Rejects with a `SluiceError` only for what a person must mend (a refused token, a port in use);
   * an unreachable network is not that: resolve, and keep trying.
   */
  connect(host: AdapterHost, signal: AbortSignal): Promise<void>;

  /** Takes no new message, lets `accept` calls under way end, keeps what the network needs to resume. Idempotent. */
  disconnect(): Promise<void>;

  /** Sends a new message. Never rejects. `options.id` is the same at each try: use it where the network can tell a repeat. */
  send(address: Address, message: OutboundMessage, options: SendOptions): Promise<SendResult>;

  /** Replaces a message of ours. Only called when `capabilities.canEdit`. Editing twice to the same text is success. */
  edit(
    address: Address,
    externalId: string,
    message: OutboundMessage,
    options: SendOptions,
  ): Promise<SendResult>;

  /** Shows that a turn runs; called again every few seconds while it does. Failures are silent. */
  typing(address: Address): Promise<void>;
}

/** What a network can do, as data: the core asks these and never the network's name. */
export interface Capabilities {
  /** Longest text of one message, in UTF-16 units. */
  readonly textLimit: number;
  readonly canEdit: boolean;
  /** Least time between two edits of one message, ms. */
  readonly editIntervalMs: number;
  readonly canButtons: boolean;
  /** A second send with the same id is one message for at least this long, ms; 0 = never. */
  readonly idempotentForMs: number;
  /** Messages of one person within this time are one turn, ms; 0 = each is its own. */
  readonly burstMs: number;
}

export interface SendOptions {
  readonly id: OutboxId;
  /** An earlier try may have arrived (after a crash, or an answer that was lost). */
  readonly uncertain: boolean;
  readonly signal: AbortSignal;
}

export type SendResult =
  | { readonly outcome: "sent"; readonly externalId: string }
  /** Certain: the network does not have it; worth another try. */
  | { readonly outcome: "not_sent"; readonly reason: string }
  /** Certain, and no try will help: chat gone, bot blocked, message refused. */
  | { readonly outcome: "refused"; readonly reason: string }
  | { readonly outcome: "rate_limited"; readonly retryAfterMs: number }
  /** Uncertain: it may be there. */
  | { readonly outcome: "unknown"; readonly reason: string };

/** What the gateway offers an adapter. */
export interface AdapterHost {
  /**
   * Stores messages, in order, in one commit with the network's cursors. When it resolves, the network may
   * be told that we own them. Rejects (`store_*`) when nothing was stored: do not confirm, try again later.
   */
  accept(
    messages: readonly InboundMessage[],
    cursors: readonly KeyedWrite[],
  ): Promise<readonly Receipt[]>;
  /** What an earlier `accept` stored as a cursor, or null. */
  cursor(key: string): Promise<unknown>;
  /** Called at each change; the outbox of a network moves while it is `connected`. */
  state(state: AdapterState): void;
  /** The fate of a message, in words for a person (`queued behind 2`, `answered`). Null: never stored here. */
  fate(externalId: string): Promise<string | null>;
}

/** What became of one message, in the order given. */
export type Receipt =
  | { readonly outcome: "stored"; readonly fate: string }
  | { readonly outcome: "duplicate"; readonly fate: string }
  /** The queue of its session is full: push back, or tell the sender. Not stored. */
  | { readonly outcome: "full"; readonly queued: number }
  /** Dropped without a word: the sender is not allowed here. */
  | { readonly outcome: "unauthorised" }
  /** Not stored, and never will be: empty, or too large. */
  | { readonly outcome: "rejected"; readonly reason: string };

export type AdapterState =
  | { readonly at: "connecting" }
  | { readonly at: "connected" }
  | { readonly at: "retrying"; readonly reason: string; readonly inMs: number }
  /** A person must mend it. */
  | { readonly at: "failed"; readonly reason: string; readonly advice: string }
  | { readonly at: "disconnected" };
