import { MessageFlags, MessageReferenceType, MessageType } from "discord-api-types/v10";

import type { Address, Attachment, InboundMessage } from "../../../sessions/message.ts";
import { formatExternalId } from "../external-id.ts";
import { isAnswer, isMeant, withoutName } from "./mention.ts";
import type { Me } from "./mention.ts";
import { addressIn, listeningIn, placesOf } from "./place.ts";
import type { Place } from "./place.ts";
import type { DiscordOptions } from "../discord-adapter.ts";
import type { WireContent, WireMessage, WireUser } from "./wire.ts";

export interface MessageContext {
  readonly me: Me;
  readonly place: Place;
  readonly options: Pick<DiscordOptions, "network" | "account" | "channels" | "openThreads">;
  readonly isLate: boolean;
  /** The message was changed: what arrives are its new words. */
  readonly isEdit: boolean;
}

/** What a person said, or null: not for us. */
export function toMessage(wire: WireMessage, context: MessageContext): InboundMessage | null {
  const { me, place, options, isLate, isEdit } = context;
  if (!isSaidByPerson(wire, me)) return null;
  const listening = listeningIn(place, options.channels);
  if (listening === "off") return null;
  if (listening === "mention" && !isMeant(wire, place, me)) return null;
  const editedAt = isEdit ? Date.parse(wire.edited_timestamp ?? "") : null;
  // Link previews, pins and new threads come as changes, too.
  if (editedAt !== null && Number.isNaN(editedAt)) return null;
  const here = { kind: "message", bot: me.id, channel: wire.channel_id, id: wire.id } as const;
  const reference = isAnswer(wire) ? wire.message_reference : null;
  return {
    externalId: formatExternalId(editedAt === null ? here : { ...here, kind: "edit", editedAt }),
    address: addressOf(wire, context),
    ...placesOf(place),
    sender: { id: wire.author.id, name: nameOf(wire.author, wire.member?.nick) },
    scope: place.kind === "direct" ? "private" : "group",
    text: textOf(wire, me),
    button: null,
    attachments: attachmentsOf(wire),
    album: null,
    replyTo:
      reference?.message_id === undefined
        ? null
        : formatExternalId({
            ...here,
            channel: reference.channel_id ?? wire.channel_id,
            id: reference.message_id,
          }),
    edits: editedAt === null ? null : formatExternalId(here),
    isLate,
    sentAt: editedAt ?? Date.parse(wire.timestamp),
  };
}

/** All others tell what happened (somebody joined, something was pinned). */
const SAID: ReadonlySet<number> = new Set([MessageType.Default, MessageType.Reply]);

function isSaidByPerson({ type, author, webhook_id: webhook }: WireMessage, me: Me): boolean {
  if (!SAID.has(type)) return false;
  if (webhook !== undefined && webhook !== null) return false;
  return author.bot !== true && author.system !== true && author.id !== me.id;
}

/** A thread that is opened from a message has that message's id: what begins there is there from the first word. */
function addressOf({ id }: WireMessage, { place, options }: MessageContext): Address {
  const address = addressIn(place, options);
  return options.openThreads && place.kind === "channel" ? { ...address, thread: id } : address;
}

export function nameOf(user: WireUser, nick: string | null | undefined): string {
  return nick ?? user.global_name ?? user.username;
}

function textOf(wire: WireMessage, me: Me): string {
  const own = withoutName(wire.content, me);
  const passedOn = isPassedOn(wire) ? wire.message_snapshots.map(({ message }) => message) : [];
  return [
    own,
    stickersOf(wire),
    ...passedOn.flatMap((one) => [one.content, embedsOf(one), stickersOf(one)]),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function isPassedOn({ message_reference: reference }: WireMessage): boolean {
  return reference?.type === MessageReferenceType.Forward;
}

function stickersOf({ sticker_items: stickers }: WireContent): string {
  return stickers.map(({ name }) => `[sticker: ${name}]`).join(" ");
}

function embedsOf({ embeds }: WireContent): string {
  return embeds
    .flatMap(({ title, description }) => [title ?? "", description ?? ""])
    .filter((part) => part !== "")
    .join("\n");
}

function attachmentsOf(wire: WireMessage): readonly Attachment[] {
  const contents = [wire, ...wire.message_snapshots.map(({ message }) => message)];
  return contents.flatMap(({ attachments, flags }) =>
    attachments.map(({ id, filename, content_type: mime, size }) => ({
      kind: kindOf(mime ?? "", flags),
      // Its address is good for a day only; with these ids it can be asked for again.
      ref: `${wire.channel_id}/${wire.id}/${id}`,
      name: filename,
      mime: mime ?? "application/octet-stream",
      size: size ?? null,
    })),
  );
}

function kindOf(mime: string, flags: number): Attachment["kind"] {
  if ((flags & MessageFlags.IsVoiceMessage) !== 0) return "voice";
  return mime.startsWith("image/") ? "photo" : "document";
}
