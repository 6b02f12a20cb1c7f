import { h } from "preact";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { formatAbsolute } from "../format-time.ts";
import { CHAT_USER } from "./chat-client.ts";
import { authorOf } from "./chat-rows.ts";
import type { MessageRow, PendingRow, Quote } from "./chat-rows.ts";
import { MessageButtons } from "./message-buttons.ts";
import { MessageFiles } from "./message-files.ts";
import { editedTime, formatTime, toneOf } from "./message-look.ts";
import { MessageText } from "./message-text.ts";
import type { Outgoing } from "./outgoing.ts";
import { OwnFate } from "./own-fate.ts";
import { withTurnsTold } from "./visible-text.ts";
import type { ShownMessage } from "../../adapters/local/shown-message.ts";
import type { Button } from "../../sessions/message.ts";

/** What can be done in the log. The same object for as long as the chat is shown. */
export interface LogActions {
  press(row: MessageRow, button: Button): void;
  reply(message: ShownMessage): void;
  /** Brings a quoted message into view. */
  seek(externalId: string): void;
  retry(one: Outgoing): void;
  edit(one: Outgoing): void;
  remove(one: Outgoing): void;
}

export interface MessageItemProps {
  readonly row: MessageRow;
  readonly isGrowing: boolean;
  /** One of the latest: its answer button is in the way of the Tab key; those of all the others are not. */
  readonly isNear: boolean;
  readonly fate: string | null;
  readonly actions: LogActions;
}

export function MessageItem(props: MessageItemProps): ComponentChildren {
  const { row, isGrowing, isNear, fate, actions } = props;
  const { entry, isContinued, isOwn, outgoing, pressed, quote } = row;
  // Only what changed is drawn again: the others are the same objects as before.
  return useMemo(
    () => draw(props),
    [entry, isContinued, isOwn, outgoing, pressed, quote?.text, isGrowing, isNear, fate, actions],
  );
}

function draw({ row, isGrowing, isNear, fate, actions }: MessageItemProps): ComponentChildren {
  const { message } = row.entry;
  const tone = toneOf(message);
  const isAgent = message.from.kind === "agent";
  const side = row.isOwn ? "own" : isAgent ? "agent" : "other";
  const look = [side, tone, row.isContinued && "continued", isGrowing && "growing"];
  return h(
    "li",
    { class: `post ${look.filter(Boolean).join(" ")}`, "data-id": message.externalId },
    h(Head, { message }),
    row.quote !== null && h(QuoteBlock, { quote: row.quote, onSeek: actions.seek }),
    (message.text !== "" || message.files.length === 0) &&
      h(
        "div",
        { class: "post-line" },
        h(
          "div",
          { class: "bubble" },
          h(MessageText, { text: message.text, isMarkdown: isAgent, isGrowing }),
        ),
        h(
          "button",
          {
            type: "button",
            class: "reply",
            tabIndex: isNear ? 0 : -1,
            onClick: () => actions.reply(message),
            "aria-label": `Reply to ${authorOf(message, CHAT_USER)}, ${formatTime(message.sentAt)}`,
            title: "Reply",
          },
          "↩",
        ),
      ),
    h(MessageFiles, { files: message.files }),
    h(MessageButtons, {
      rows: message.buttons,
      pressed: row.pressed,
      onPress: (button) => actions.press(row, button),
    }),
    row.isOwn &&
      h(OwnFate, {
        outgoing: row.outgoing,
        fate,
        isShown: true,
        onRetry: actions.retry,
        onEdit: actions.edit,
        onRemove: actions.remove,
      }),
  );
}

/** What was written here and is not the gateway's yet. */
export function PendingItem({
  row,
  actions,
}: {
  readonly row: PendingRow;
  readonly actions: LogActions;
}): ComponentChildren {
  const { outgoing, post, quote } = row;
  return h(
    "li",
    { class: "post own pending", "data-id": row.key },
    h("h2", { class: "post-head spoken" }, "You"),
    quote !== null && h(QuoteBlock, { quote, onSeek: actions.seek }),
    post.text !== "" &&
      h(
        "div",
        { class: "post-line" },
        h(
          "div",
          { class: "bubble" },
          h(MessageText, { text: post.text, isMarkdown: false, isGrowing: false }),
        ),
      ),
    h(MessageFiles, { files: post.files }),
    h(OwnFate, {
      outgoing,
      fate: null,
      isShown: false,
      onRetry: actions.retry,
      onEdit: actions.edit,
      onRemove: actions.remove,
    }),
  );
}

function Head({ message }: { readonly message: ShownMessage }): ComponentChildren {
  const edited = editedTime(message);
  return h(
    // For those who go from heading to heading.
    "h2",
    { class: "post-head" },
    h("bdi", { class: "author" }, withTurnsTold(authorOf(message, CHAT_USER))),
    message.thread !== null && h("bdi", { class: "thread" }, `in ${message.thread}`),
    h(
      "time",
      {
        dateTime: new Date(message.sentAt).toISOString(),
        title: formatAbsolute(message.sentAt),
      },
      formatTime(message.sentAt),
    ),
    edited !== null &&
      h("span", { title: formatAbsolute(message.editedAt ?? 0) }, `edited ${edited}`),
  );
}

function QuoteBlock({
  quote,
  onSeek,
}: {
  readonly quote: Quote;
  readonly onSeek: (externalId: string) => void;
}): ComponentChildren {
  const words = [
    h("bdi", { class: "author" }, withTurnsTold(quote.author)),
    quote.text !== null && h("span", { class: "quoted", dir: "auto" }, quote.text),
  ];
  if (quote.text === null) return h("div", { class: "quote" }, words);
  return h(
    "button",
    { type: "button", class: "quote", onClick: () => onSeek(quote.externalId) },
    h("span", { class: "spoken" }, "In answer to "),
    words,
  );
}
