import type { Message } from "grammy/types";

import type { StoredFile } from "./file-store.ts";
import type { Content, Entry, FormattedText, Room } from "./room.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A message as the Bot API gives it. */
export function wireMessage(room: Room, entry: Entry): Message {
  return messageFields(room, entry, true) as unknown as Message;
}

export function wireChat(room: Room): Fields {
  const person = room.people[0];
  if (room.type === "private" && person !== undefined) {
    return {
      id: room.id,
      first_name: person.first_name,
      ...(person.username === undefined ? {} : { username: person.username }),
      type: "private",
    };
  }
  return {
    id: room.id,
    title: room.title,
    type: room.type,
    ...(room.forum ? { is_forum: true } : {}),
  };
}

function messageFields(room: Room, entry: Entry, withReply: boolean): Fields {
  const chat = wireChat(room);
  const repliedTo = room.entries.get(entry.replyTo ?? entry.thread ?? 0);
  return {
    message_id: entry.id,
    ...(entry.from === null ? { sender_chat: chat } : { from: { ...entry.from } }),
    chat,
    date: Math.floor(entry.date / 1000),
    ...(entry.editDate === null ? {} : { edit_date: Math.floor(entry.editDate / 1000) }),
    ...(entry.thread === null ? {} : { message_thread_id: entry.thread, is_topic_message: true }),
    // In a topic, a message that answers none counts as answering the one that opened the topic.
    ...(withReply && repliedTo !== undefined && repliedTo.id !== entry.id
      ? { reply_to_message: messageFields(room, repliedTo, false) }
      : {}),
    ...(entry.album === null ? {} : { media_group_id: entry.album }),
    ...contentFields(entry.content),
    ...(entry.markup === null ? {} : { reply_markup: entry.markup }),
    ...entry.more,
  };
}

function contentFields(content: Content): Fields {
  switch (content.kind) {
    case "text":
      return { text: content.text, ...entitiesAs("entities", content) };
    case "media":
      return {
        ...mediaFields(content.file),
        ...(content.caption.text === "" ? {} : { caption: content.caption.text }),
        ...entitiesAs("caption_entities", content.caption),
      };
    case "service":
      return content.fields;
  }
}

function entitiesAs(name: string, { entities }: FormattedText): Fields {
  return entities.length === 0 ? {} : { [name]: entities };
}

function mediaFields(file: StoredFile): Fields {
  const base = {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    ...(file.bare ? {} : { file_size: file.bytes.length }),
  };
  switch (file.kind) {
    case "photo": {
      const small = file.thumbnail;
      const smallSize = small === null ? [] : [{ ...sizeFields(small), width: 90, height: 67 }];
      return { photo: [...smallSize, { ...base, width: 1280, height: 960 }] };
    }
    case "document":
      return {
        document: {
          ...base,
          ...(file.bare || file.name === null ? {} : { file_name: file.name }),
          ...(file.bare || file.mime === null ? {} : { mime_type: file.mime }),
        },
      };
    case "voice":
      return {
        voice: {
          ...base,
          duration: 3,
          ...(file.bare || file.mime === null ? {} : { mime_type: file.mime }),
        },
      };
  }
}

function sizeFields(file: StoredFile): Fields {
  return { file_id: file.fileId, file_unique_id: file.uniqueId, file_size: file.bytes.length };
}
