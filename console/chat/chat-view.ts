import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { ViewProps } from "../view.ts";
import { ChatPane } from "./chat-pane.ts";
import { statusIn } from "./local-chats.ts";
import { FIRST_CHAT, openChatsOf } from "./open-chats.ts";
import { useLocalChats } from "./use-local-chats.ts";

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
