/** A place in a chat network. Values are the network's own ids, as text. */
export interface Address {
  /** The network's name in the configuration: `local`, `telegram`, … */
  readonly network: string;
  /** Which bot of that network. */
  readonly account: string;
  readonly chat: string;
  /** A topic or thread inside the chat. */
  readonly thread: string | null;
}

export interface Sender {
  readonly id: string;
  /** As people see it; never used to decide. */
  readonly name: string;
}

export interface Attachment {
  readonly kind: "photo" | "document" | "voice" | "other";
  /** The network's id for the file; the bytes are fetched late. */
  readonly ref: string;
  readonly name: string;
  readonly mime: string;
  /** Bytes, or null when the network did not say. */
  readonly size: number | null;
}

/** What a person did in a chat: said something, or pressed a button. */
export interface InboundMessage {
  /** Unique within (network, account): the dedupe key. */
  readonly externalId: string;
  readonly address: Address;
  /** Further names of the chat, the nearest first: an id it had or has, the server it belongs to. */
  readonly places?: readonly string[];
  readonly sender: Sender;
  readonly scope: "private" | "group";
  readonly text: string;
  /** Set when this is the press of a button: what the button carried, and the message it hangs on. */
  readonly button: { readonly data: string; readonly on: string } | null;
  readonly attachments: readonly Attachment[];
  /** Messages that share it are one (a photo album). */
  readonly album: string | null;
  /** External id of the message this one answers. */
  readonly replyTo: string | null;
  /** External id of the earlier message whose words these replace: its writer changed them. */
  readonly edits: string | null;
  /** Found by looking back after an absence, not brought live. */
  readonly isLate: boolean;
  /** Epoch ms, by the network's clock. */
  readonly sentAt: number;
}

/** A file that was kept for sending: it stays where it is until the message is settled. */
export interface OutboundFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
}

export interface Button {
  readonly label: string;
  /** At most 64 bytes (Telegram's limit, the smallest). */
  readonly data: string;
}

/** What we decided to say. */
export interface OutboundMessage {
  /** Markdown as agents write it; an adapter turns it into what its network shows. */
  readonly text: string;
  /** Rows of buttons under the message. */
  readonly buttons: readonly (readonly Button[])[];
  /** A file of ours; the text is then its caption. A message with a file is never edited. */
  readonly file: OutboundFile | null;
  /** External id of the message this one answers. */
  readonly replyTo: string | null;
}
