import { CHAT_USER } from "./chat-client.ts";
import { authorOf, toSnippet } from "./chat-rows.ts";
import type { Draft } from "./draft.ts";
import type { LogActions } from "./message-item.ts";
import type { OutgoingDesk } from "./outgoing-desk.ts";

/** What the log asks for, done. */
export function logActions(
  desk: OutgoingDesk,
  setDraft: (change: (draft: Draft) => Draft) => void,
): LogActions {
  return {
    press({ entry, pressed }, { data }) {
      if (pressed !== null) return;
      const { externalId } = entry.message;
      desk.add({ kind: "press", on: externalId, data, version: entry.version });
    },
    reply(message) {
      const { externalId, thread, text } = message;
      const author = authorOf(message, CHAT_USER);
      const replyTo = { externalId, thread, author, snippet: toSnippet(text) };
      setDraft((draft) => ({ ...draft, replyTo }));
    },
    seek(externalId) {
      const found = [...document.querySelectorAll<HTMLElement>("[data-id]")].find(
        ({ dataset }) => dataset["id"] === externalId,
      );
      found?.scrollIntoView({ block: "center" });
      found?.classList.add("sought");
      found?.addEventListener("animationend", () => found.classList.remove("sought"), {
        once: true,
      });
    },
    retry: ({ id }) => desk.retry(id),
    edit({ id, post }) {
      if (post.kind !== "message") return;
      setDraft((draft) => ({ ...draft, text: post.text }));
      desk.remove(id);
    },
    remove: ({ id }) => desk.remove(id),
  };
}
