import type { IncomingMessage, ServerResponse } from "node:http";
import type { Address, Attachment, InboundMessage, OutboundMessage } from "../sessions/message.ts";
import type { OutboxId } from "../sessions/ids.ts";
import type { KeyedWrite } from "../sessions/keyed-values.ts";

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

  /** Writes the bytes of an attachment to `file`, an absolute path that does not exist yet. Never rejects. */
  fetch?(attachment: Attachment, options: FetchOptions): Promise<FetchResult>;

  /** Where to speak to one person alone; null = the network does not let us. */
  direct?(user: string, signal: AbortSignal): Promise<Address | null>;

  /**
   * Looks in the chat for a message that an uncertain send may have left there, for a network that can be read.
   * Never rejects. Only called when `idempotentForMs` is over.
   */
  find?(address: Address, message: OutboundMessage, options: FindOptions): Promise<FindResult>;

  /** The menu or the people of its host have changed: the network's own menu follows, as soon as it can. */
  menuChanged?(): void;

  /**
   * Answers what the gateway's console asks of a network that lives on this machine; who asks has been let in. The
   * path begins with `/v1/`. False: nothing was answered, because it is not connected.
   */
  answer?(incoming: IncomingMessage, outgoing: ServerResponse): Promise<boolean>;
}

/** What a network can do, as data: the core asks these and never the network's name. */
export interface Capabilities {
  /** Longest text of one message, in UTF-16 units. */
  readonly textLimit: number;
  readonly canEdit: boolean;
  /** Least time between two edits of one message, ms, in a private chat and in a group. */
  readonly editIntervalMs: number;
  readonly editIntervalInGroupsMs: number;
  readonly canButtons: boolean;
  /** A second send with the same id is one message for at least this long, ms; 0 = never. */
  readonly idempotentForMs: number;
  /** Messages of one person within this time are one turn, ms; 0 = each is its own. */
  readonly burstMs: number;
  /** Time within which the parts of an album arrive, ms. */
  readonly albumMs: number;
  /** Largest file it takes from us, and largest it lets us fetch, bytes; 0 = none. */
  readonly sendFileLimit: number;
  readonly fetchFileLimit: number;
  /** The network keeps what we do not take, or tells its sender: a full queue is answered there. */
  readonly canPushBack: boolean;
}

export interface FetchOptions {
  readonly file: string;
  /** Bytes; what is longer is `too_large`, also when the network had not said so. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export type FetchResult =
  | { readonly outcome: "fetched"; readonly size: number }
  | { readonly outcome: "too_large" }
  /** The network no longer has it, or never lets us. */
  | { readonly outcome: "gone"; readonly reason: string }
  /** Worth another try. */
  | { readonly outcome: "failed"; readonly reason: string };

export interface FindOptions {
  readonly id: OutboxId;
  /** Epoch ms: the send cannot have been before. */
  readonly since: number;
  readonly signal: AbortSignal;
}

export type FindResult =
  | { readonly outcome: "found"; readonly externalId: string }
  /** Certain: it is not there. */
  | { readonly outcome: "absent" }
  | { readonly outcome: "unknown"; readonly reason: string };

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
  /** Something came that cannot be read: it was passed over, and the log says what. It is counted. */
  unreadable(): void;
  /** Called at each change; the outbox of a network moves while it is `connected`. */
  state(state: AdapterState): void;
  /** The fate of a message, in words for a person (`queued behind 2`, `answered`). Null: never stored here. */
  fate(externalId: string): Promise<string | null>;
  /** The chat commands, for the network's own menu, as they are now. */
  readonly menu: readonly MenuEntry[];
  /** Ids of the people who are named in the configuration, as it is now. */
  readonly people: {
    readonly operators: readonly string[];
    /** Operators are allowed, too; "*" is not in it. */
    readonly allowed: readonly string[];
  };
  /**
   * Messages may have been lost while we were away, and nobody can bring them back: people are told, once
   * for each `name`. Resolves when that is stored; call it before the cursor moves over the gap.
   */
  gap(gap: Gap): Promise<void>;
}

export interface MenuEntry {
  /** Lower-case letters. */
  readonly name: string;
  /** Shown behind it: `[mode]`; may be empty. */
  readonly usage: string;
  readonly summary: string;
  readonly isForOperators: boolean;
}

export interface Gap {
  /** The same for the same gap, also after a crash. */
  readonly name: string;
  /** The chat it concerns; null = all of them: the operators are told. */
  readonly address: Address | null;
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
  /** How many, as far as can be told; null = nobody knows. */
  readonly about: number | null;
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
  /** `canSend`: only what people say does not come; what we say still arrives. */
  | {
      readonly at: "retrying";
      readonly reason: string;
      readonly inMs: number;
      readonly canSend?: boolean;
    }
  /** A person must mend it. */
  | { readonly at: "failed"; readonly reason: string; readonly advice: string }
  | { readonly at: "disconnected" };
