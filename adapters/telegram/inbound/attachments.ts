import type { Attachment } from "../../../sessions/message.ts";
import type { WireContent, WireFile } from "./message-shape.ts";

interface Assumed {
  readonly kind: Attachment["kind"];
  /** For what Telegram does not say. */
  readonly name: string;
  readonly mime: string;
}

/** The files of a message, to be fetched later by their refs. Telegram sends one in each. */
export function attachmentsOf(content: WireContent): readonly Attachment[] {
  const { photo, document, voice, audio, video, video_note: note, animation, sticker } = content;
  const size = (one: { width: number; height: number }): number => one.width * one.height;
  const largest = photo?.toSorted((one, other) => size(one) - size(other)).at(-1);
  const found = [
    toAttachment(largest, { kind: "photo", name: "photo.jpg", mime: "image/jpeg" }),
    // An animation comes as a document, too, for clients that know no animations.
    toAttachment(animation ?? document, {
      kind: "document",
      name: animation === undefined ? "file" : "animation.mp4",
      mime: animation === undefined ? "application/octet-stream" : "video/mp4",
    }),
    toAttachment(voice, { kind: "voice", name: "voice.ogg", mime: "audio/ogg" }),
    toAttachment(audio, { kind: "other", name: "audio.mp3", mime: "audio/mpeg" }),
    toAttachment(video, { kind: "other", name: "video.mp4", mime: "video/mp4" }),
    toAttachment(note, { kind: "other", name: "video-note.mp4", mime: "video/mp4" }),
    toAttachment(sticker, { kind: "other", ...assumedSticker(sticker) }),
  ];
  return found.filter((one) => one !== null);
}

function toAttachment(file: WireFile | undefined, assumed: Assumed): Attachment | null {
  if (file === undefined) return null;
  return {
    kind: assumed.kind,
    ref: file.file_id,
    name: file.file_name ?? assumed.name,
    mime: file.mime_type ?? assumed.mime,
    size: file.file_size ?? null,
  };
}

function assumedSticker(sticker: WireContent["sticker"]): Pick<Assumed, "name" | "mime"> {
  if (sticker?.is_animated === true) {
    return { name: "sticker.tgs", mime: "application/x-tgsticker" };
  }
  return sticker?.is_video === true
    ? { name: "sticker.webm", mime: "video/webm" }
    : { name: "sticker.webp", mime: "image/webp" };
}
