import type { Address, Button, OutboundMessage } from "../../sessions/message.ts";
import type { OutboxId, SessionKey, TurnId } from "../../sessions/ids.ts";
import type { OutboxPurpose, OutboxRow, OutboxState } from "../../sessions/rows.ts";

export interface Draft {
  readonly id: OutboxId;
  readonly at: number;
  readonly address: Address;
  readonly key?: SessionKey | null;
  readonly turn?: TurnId | null;
  readonly purpose: OutboxPurpose;
  readonly text: string;
  readonly replyTo?: string | null;
  readonly buttons?: OutboundMessage["buttons"];
  readonly state?: OutboxState;
  readonly placed?: string | null;
  readonly file?: OutboundMessage["file"];
  readonly uncertain?: boolean;
}

/** A new outbox row, ready to be sent unless said otherwise. */
export function composeRow(draft: Draft): OutboxRow {
  return {
    id: draft.id,
    address: draft.address,
    key: draft.key ?? null,
    turn: draft.turn ?? null,
    purpose: draft.purpose,
    message: {
      text: draft.text,
      buttons: draft.buttons ?? [],
      file: draft.file ?? null,
      replyTo: draft.replyTo ?? null,
    },
    state: draft.state ?? "pending",
    placed: draft.placed ?? null,
    attempts: 0,
    dueAt: draft.at,
    uncertain: draft.uncertain ?? false,
    error: null,
    createdAt: draft.at,
    settledAt: null,
  };
}

export function row(...buttons: readonly Button[]): OutboundMessage["buttons"] {
  return [buttons];
}
