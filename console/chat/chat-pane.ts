import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { SessionStatus } from "../../sessions/machine/state.ts";
import { CHAT_USER } from "./chat-client.ts";
import { toRows } from "./chat-rows.ts";
import { Composer } from "./composer.ts";
import { EMPTY_DRAFT } from "./draft.ts";
import { growingAnswer } from "./growing-answer.ts";
import { isAtWork } from "./local-chats.ts";
import { logActions } from "./log-actions.ts";
import { MessageLog } from "./message-log.ts";
import type { OpenChat } from "./open-chats.ts";
import { SpokenAnswers } from "./spoken-answers.ts";
import { TurnLine } from "./turn-line.ts";
import { useDraft } from "./use-draft.ts";
import { useDrop } from "./use-drop.ts";
import { useFates } from "./use-fates.ts";
import { useFrames } from "./use-frames.ts";
import { useShownRoom } from "./use-shown-room.ts";
import { useTyping } from "./use-typing.ts";
import { useWindow } from "./use-window.ts";
import { Welcome } from "./welcome.ts";

export interface ChatPaneProps {
  readonly chat: OpenChat;
  /** Null: no conversation is known here yet. */
  readonly status: SessionStatus | null;
  /** Null: not known yet. */
  readonly isDemo: boolean | null;
}

export function ChatPane({ chat, status, isDemo }: ChatPaneProps): ComponentChildren {
  const { name, client, desk, room, uploads } = chat;
  useShownRoom(room);
  const state = useFrames({ read: room.state, subscribe: room.subscribe });
  const outgoing = useFrames({ read: desk.list, subscribe: desk.subscribe });
  const attached = useFrames({ read: uploads.list, subscribe: uploads.subscribe });
  const [draft, setDraft] = useDraft(name);
  const [written, setWritten] = useState(0);
  const [focusing, setFocusing] = useState(0);
  const isTyping = useTyping(state.typingAt);
  const works = status === null ? isTyping : isAtWork(status);
  const since = useWorkSince(works, state.position ?? 0);
  const growing = growingAnswer(state.entries, { isAtWork: works, since });

  const view = useWindow(state.entries, room);
  const rows = useMemo(
    () =>
      toRows({ chat: name, user: CHAT_USER, entries: state.entries, outgoing, from: view.from }),
    [name, state.entries, outgoing, view.from],
  );
  const isLive = state.link.at === "live";
  const fates = useFates({ client, rows, status, isLive });
  const { reveal } = view;
  const actions = useMemo(() => logActions({ desk, setDraft, reveal }), [desk, setDraft, reveal]);
  const drop = useDrop(uploads.add);

  const say = useCallback(
    (text: string): void => {
      desk.add({ kind: "message", text, replyTo: null, thread: null, files: [] });
      setWritten((count) => count + 1);
    },
    [desk],
  );
  const send = (): void => {
    const { text, replyTo } = draft;
    desk.add({
      kind: "message",
      text,
      replyTo: replyTo?.externalId ?? null,
      thread: replyTo?.thread ?? null,
      files: uploads.take(),
    });
    setDraft(EMPTY_DRAFT);
    setWritten((count) => count + 1);
  };

  if (state.link.at === "refused") {
    const { message, advice } = state.link;
    return h(Refusal, { message, advice });
  }
  return h(
    "div",
    { class: "chat-pane", ...drop.on },
    h(MessageLog, {
      rows,
      growing,
      fates,
      hasEarlier: view.hasEarlier,
      actions,
      written,
      onEarlier: view.showEarlier,
      onEnd: view.onEnd,
      onLeave: () => setFocusing((count) => count + 1),
      empty:
        state.link.at === "loading" || isDemo === null ? null : h(Welcome, { isDemo, onSay: say }),
    }),
    h(SpokenAnswers, {
      entries: state.entries,
      isLoaded: state.position !== null,
      growing,
    }),
    h(TurnLine, {
      link: state.link,
      status,
      isAtWork: works,
      unsent: outgoing.filter((one) => one.state.at === "waiting" || one.state.at === "sending")
        .length,
    }),
    h(Composer, {
      draft,
      attached,
      canStop: works || status === "awaiting_input",
      focusing: written + focusing,
      onDraft: setDraft,
      onSend: send,
      onStop: () => say("/stop"),
      onFiles: uploads.add,
      onRemoveFile: uploads.remove,
    }),
    drop.isOver && h("div", { class: "drop", "aria-hidden": "true" }, "Drop the files here"),
  );
}

/** The place in the chat at which the present work began; 0: it had begun before this page looked. */
function useWorkSince(works: boolean, position: number): number {
  const began = useRef({ works, since: 0 });
  if (began.current.works !== works) {
    began.current = { works, since: works ? position : 0 };
  }
  return began.current.since;
}

function Refusal({
  message,
  advice,
}: {
  readonly message: string;
  readonly advice: string;
}): ComponentChildren {
  return h(
    "div",
    { class: "refusal" },
    h(
      "div",
      { class: "notice warn", role: "alert" },
      h("p", null, `This chat is not to be had: ${message}.`),
      h("p", null, `To do: ${advice}.`),
    ),
  );
}
