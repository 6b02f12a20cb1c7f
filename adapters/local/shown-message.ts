import type { Button } from "../../sessions/message.ts";

/** A message as viewers of the local chat see it; also its JSON on the wire. */
export interface ShownMessage {
  readonly externalId: string;
  /** Its place: grows over all chats of this network, never reused. */
  readonly seq: number;
  readonly chat: string;
  readonly thread: string | null;
  readonly from: ShownSender;
  readonly text: string;
  readonly buttons: readonly (readonly Button[])[];
  readonly files: readonly ShownFile[];
  readonly replyTo: string | null;
  /** Epoch ms. */
  readonly sentAt: number;
  /** Epoch ms of its latest edit. */
  readonly editedAt: number | null;
}

/** Its bytes are at `GET /v1/files/<id>`. */
export interface ShownFile {
  readonly id: string;
  readonly name: string;
  /** As its sender told it; nobody has looked. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

export type ShownSender =
  | { readonly kind: "person"; readonly id: string; readonly name: string }
  | { readonly kind: "agent" };

/** Before it has its place. */
export type NewShownMessage = Omit<ShownMessage, "seq" | "editedAt">;

/** What a write changed. `position` is the event id of the change: as `seq`, and drawn from the same counter. */
export type Change =
  | { readonly kind: "message"; readonly position: number; readonly message: ShownMessage }
  | { readonly kind: "edit"; readonly position: number; readonly message: ShownMessage };
