import { after, now } from "../page-clock.ts";
import type { Live } from "../live.ts";
import { createChatClient } from "./chat-client.ts";
import type { ChatClient } from "./chat-client.ts";
import { watchChat } from "./chat-events.ts";
import { createChatRoom } from "./chat-room.ts";
import type { ChatRoom } from "./chat-room.ts";
import { makeOwnId } from "./own-id.ts";
import { openOutgoingDesk } from "./outgoing-desk.ts";
import type { OutgoingDesk } from "./outgoing-desk.ts";
import { filesShelf, outgoingShelf, shelvedChats } from "./shelf.ts";
import { uploadFile } from "./upload.ts";
import { createUploads } from "./uploads.ts";
import type { Uploads } from "./uploads.ts";

/** A chat that was opened on this page: it outlives the view, so that what is on its way goes on while one looks elsewhere. */
export interface OpenChat {
  readonly name: string;
  readonly client: ChatClient;
  readonly room: ChatRoom;
  readonly desk: OutgoingDesk;
  readonly uploads: Uploads;
}

interface OpenChats {
  open(name: string): OpenChat;
  /** The one that was looked at last. */
  latest: string;
}

export const FIRST_CHAT = "home";

/** One set of chats for one page. Made, it goes on at once with what a reload interrupted, in whatever chat. */
export function openChatsOf(live: Live): OpenChats {
  const known = OPEN.get(live) ?? createOpenChats();
  OPEN.set(live, known);
  return known;
}

const OPEN = new WeakMap<Live, OpenChats>();

function createOpenChats(): OpenChats {
  const chats = new Map<string, OpenChat>();
  const open = (name: string): OpenChat => {
    const known = chats.get(name);
    if (known !== undefined) return known;
    const client = createChatClient(name, watchChat);
    const time = { now, after };
    const room = createChatRoom(client, time);
    const desk = openOutgoingDesk({ client, shelf: outgoingShelf(name), time, makeId: makeOwnId });
    const uploads = createUploads({
      send: (file, onProgress) => uploadFile(name, file, onProgress),
      shelf: filesShelf(name),
      after,
    });
    const chat = { name, client, room, desk, uploads };
    chats.set(name, chat);
    return chat;
  };
  for (const name of shelvedChats()) open(name);
  return { open, latest: FIRST_CHAT };
}
