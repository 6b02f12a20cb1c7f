import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { Live } from "../live.ts";
import type { ViewProps } from "../view.ts";
import { ChatPane } from "./chat-pane.ts";
import { statusIn } from "./local-chats.ts";
import { FIRST_CHAT, createOpenChats } from "./open-chats.ts";
import type { OpenChats } from "./open-chats.ts";
import { useLocalChats } from "./use-local-chats.ts";

/** One set of chats for one page: they go on while another view is shown. */
const OPEN = new WeakMap<Live, OpenChats>();

export function ChatView({ api, live, path }: ViewProps): ComponentChildren {
  const chats = openChatsOf(live);
  const name = path[0] ?? chats.latest;
  chats.latest = name;
  const known = useLocalChats(api, live);
  const names = [...new Set([FIRST_CHAT, name, ...known.keys()])].toSorted((one, other) =>
    one.localeCompare(other),
  );
  const { status } = live.state();
  return h(ChatPane, {
    key: name,
    chat: chats.open(name),
    names,
    status: statusIn(known, name),
    sessions: known.get(name)?.statuses ?? new Map(),
    isDemo: status?.workers.some((worker) => worker.name === "demo") ?? null,
  });
}

function openChatsOf(live: Live): OpenChats {
  const known = OPEN.get(live) ?? createOpenChats();
  OPEN.set(live, known);
  return known;
}
