import { after } from "../page-clock.ts";
import { CHAT_USER } from "./chat-client.ts";
import { authorOf, toSnippet } from "./chat-rows.ts";
import type { Draft } from "./draft.ts";
import type { LogActions } from "./message-item.ts";
import type { OutgoingDesk } from "./outgoing-desk.ts";

export interface LogServants {
  readonly desk: OutgoingDesk;
  readonly setDraft: (change: (draft: Draft) => Draft) => void;
  /** Draws a message that is loaded. */
  readonly reveal: (externalId: string) => void;
}

/** A message that was not drawn is, by then. */
const DRAWN_MS = 60;

/** What the log asks for, done. */
export function logActions({ desk, setDraft, reveal }: LogServants): LogActions {
  return {
    press({ entry, pressed }, { data }) {
      if (pressed !== null) return;
      const { externalId } = entry.message;
      desk.add({ kind: "press", on: externalId, data, version: entry.version });
    },
    reply(message) {
      const { externalId, thread } = message;
      const author = authorOf(message, CHAT_USER);
      const replyTo = { externalId, thread, author, snippet: toSnippet(message) };
      setDraft((draft) => ({ ...draft, replyTo }));
    },
    seek(externalId) {
      reveal(externalId);
      after(DRAWN_MS, () => bringIntoView(externalId));
    },
    retry: ({ id }) => desk.retry(id),
    edit({ id, post }) {
      if (post.kind !== "message") return;
      // What stands there already was not sent either.
      setDraft((draft) => ({
        ...draft,
        text: [post.text, draft.text].filter((text) => text !== "").join("\n"),
      }));
      desk.remove(id);
    },
    remove: ({ id }) => desk.remove(id),
  };
}

function bringIntoView(externalId: string): void {
  const found = [...document.querySelectorAll<HTMLElement>("[data-id]")].find(
    ({ dataset }) => dataset["id"] === externalId,
  );
  found?.scrollIntoView({ block: "center" });
  found?.classList.add("sought");
  found?.addEventListener("animationend", () => found.classList.remove("sought"), { once: true });
}
