import { h } from "preact";
import type { ComponentChildren } from "preact";
import type { ViewProps } from "../view.ts";
import { ChatHead } from "./chat-head.ts";
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
  const here = statusIn(known, name);
  return h(
    "section",
    { class: "chat" },
    // Outside of what is made anew for each chat: who chooses by keyboard keeps the focus.
    h(ChatHead, { name, names, status: here, sessions: known.get(name)?.statuses ?? new Map() }),
    h(ChatPane, {
      key: name,
      chat: chats.open(name),
      status: here,
      isDemo: status?.workers.some((worker) => worker.name === "demo") ?? null,
    }),
  );
}
