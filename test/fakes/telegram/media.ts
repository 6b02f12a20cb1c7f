import { badRequest } from "./bot-error.ts";
import type { FakeUpload } from "./fake-telegram.ts";
import type { StoredFile } from "./file-store.ts";
import { captionText } from "./formatted-text.ts";
import type { Call, Method } from "./method.ts";
import { isRecord, jsonOf, textOf } from "./parameters.ts";
import { markupOf } from "./reply-markup.ts";
import type { Entry } from "./room.ts";
import { addSent, targetOf } from "./send-target.ts";
import { wireMessage } from "./wire-message.ts";

export const sendPhoto: Method = (call) => sendFile(call, "photo");
export const sendDocument: Method = (call) => sendFile(call, "document");
export const sendVoice: Method = (call) => sendFile(call, "voice");

function sendFile(call: Call, kind: FakeUpload["kind"]): unknown {
  const caption = captionText(call.parameters);
  const markup = markupOf(call.parameters);
  const target = targetOf(call);
  const file = fileOf(call, kind, textOf(call.parameters, kind));
  call.world.limits.take(call.bot, target.room, 1);
  const entry = addSent(call, target, { content: { kind: "media", file, caption }, markup });
  return wireMessage(target.room, entry);
}

/** Uploaded under the field itself or as `attach://name`, or the id of a file that is known. */
function fileOf({ world, parameters }: Call, kind: FakeUpload["kind"], given: string): StoredFile {
  const attached = given.startsWith("attach://") ? given.slice("attach://".length) : kind;
  const uploaded = parameters.files.get(attached);
  if (uploaded !== undefined) {
    if (uploaded.bytes.length === 0) throw badRequest("file must be non-empty");
    return world.files.addUploaded(kind, uploaded);
  }
  if (given === "") throw badRequest(`there is no ${kind} in the request`);
  if (/^https?:/.test(given)) throw badRequest("wrong type of the web page content");
  const known = world.files.byId(given);
  if (known === undefined)
    throw badRequest("wrong remote file identifier specified: Wrong string length");
  if (known.kind !== kind) {
    throw badRequest(`can't use file of type ${typeName(known.kind)} as ${typeName(kind)}`);
  }
  return known;
}

function typeName(kind: FakeUpload["kind"]): string {
  return { photo: "Photo", document: "Document", voice: "VoiceNote" }[kind];
}

export const sendMediaGroup: Method = (call) => {
  const media = jsonOf(call.parameters, "media", "media");
  if (!Array.isArray(media)) throw badRequest("expected an Array of InputMedia");
  if (media.length < 2 || media.length > 10) {
    throw badRequest("there must be 2-10 items in a media group");
  }
  const items = media.map((item: unknown) => itemOf(call, item));
  if (new Set(items.map(({ file }) => file.kind)).size > 1) {
    throw badRequest("can't use the media of the specified type in the album");
  }
  const target = targetOf(call);
  call.world.limits.take(call.bot, target.room, items.length);
  const album = String(call.world.nextNumber());
  return items.map(({ file, caption }): unknown => {
    const entry: Entry = addSent(call, target, {
      content: { kind: "media", file, caption },
      album,
    });
    return wireMessage(target.room, entry);
  });
};

function itemOf(call: Call, item: unknown) {
  if (!isRecord(item)) throw badRequest("can't parse InputMedia: expected an Object");
  const type = item["type"];
  if (type !== "photo" && type !== "document") {
    throw badRequest(
      `can't parse InputMedia: type "${String(type)}" can't be used in sendMediaGroup`,
    );
  }
  const fields = new Map<string, unknown>(Object.entries(item));
  return {
    file: fileOf(call, type, textOf({ fields, files: call.parameters.files }, "media")),
    caption: captionText({ fields, files: call.parameters.files }),
  };
}

export const getFile: Method = ({ world, parameters }) => {
  const file = world.files.byId(textOf(parameters, "file_id"));
  if (file === undefined) throw badRequest("invalid file_id");
  if (file.bytes.length > world.options.downloadLimit) throw badRequest("file is too big");
  return {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.bytes.length,
    file_path: file.path,
  };
};
