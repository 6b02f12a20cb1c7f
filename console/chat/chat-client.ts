import { fieldOf, isThere, listIn, numberIn, textIn } from "./json-fields.ts";
import type { OutgoingPost, Posted } from "./outgoing.ts";
import { toShownMessage } from "./shown-message.ts";
import type { ShownMessage } from "../../adapters/local/shown-message.ts";

/** One chat of the local network, as the gateway answers for it on the page's own origin. Each call is one try. */
export interface ChatClient {
  /** The latest, or those before a place. Rejects with a `ChatRefusal` when asking again does not help. */
  messages(query: { readonly before: number | null }, signal: AbortSignal): Promise<ChatPage>;
  /** Never rejects. */
  post(id: string, post: OutgoingPost, signal: AbortSignal): Promise<Posted>;
  /** In words for people; null: not known there, or not to be had now. */
  fate(externalId: string, signal: AbortSignal): Promise<string | null>;
  /** Shows what happens after a place. */
  watch(after: number, watcher: ChatWatcher): () => void;
}

export interface ChatPage {
  readonly messages: readonly ShownMessage[];
  /** The place from which to watch. */
  readonly last: number;
  readonly hasEarlier: boolean;
}

export interface ChatWatcher {
  readonly opened: () => void;
  readonly changed: (
    kind: "message" | "edit",
    position: number | null,
    message: ShownMessage,
  ) => void;
  readonly typing: () => void;
  readonly ended: () => void;
}

export class ChatRefusal extends Error {
  override readonly name = "ChatRefusal";
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

export const CHAT_ROOT = "/chat/v1";
export const CHAT_USER = "you";
const PAGE = 200;
/** Bytes of one posted body. */
const BODY_LIMIT = 256 * 1024;
const TOO_LONG: Posted = {
  outcome: "refused",
  message: "the message is larger than 256 KiB",
  advice: "send less at once, or send it as a file",
};
/** A gateway that is stopped in its tracks never answers. */
const ANSWER_MS = 15_000;

export function chatPath(chat: string): string {
  return `${CHAT_ROOT}/chats/${encodeURIComponent(chat)}`;
}

export function createChatClient(
  chat: string,
  watch: (path: string, watcher: ChatWatcher) => () => void,
): ChatClient {
  return {
    async messages({ before }, signal) {
      const query = before === null ? "" : `&before=${before}`;
      const response = await ask(`${chatPath(chat)}/messages?limit=${PAGE}${query}`, {}, signal);
      const body: unknown = await response.json();
      if (!response.ok) throw toError(response.status, body);
      const messages = listIn(body, "messages").map(toShownMessage).filter(isThere);
      return { messages, last: numberIn(body, "last") ?? 0, hasEarlier: messages.length === PAGE };
    },

    async post(id, post, signal) {
      const body = JSON.stringify({ id, user: CHAT_USER, ...bodyOf(post) });
      // The gateway may close such a connection unread, which looks as if it were away.
      if (new Blob([body]).size > BODY_LIMIT) return TOO_LONG;
      try {
        const response = await ask(
          `${chatPath(chat)}/${post.kind === "press" ? "presses" : "messages"}`,
          {
            method: "POST",
            headers: { "Content-Type": "application/json", "X-Sluice": "console" },
            body,
          },
          signal,
        );
        return toPosted(response, await response.json().catch(() => null));
      } catch {
        return { outcome: "again", reason: "the gateway does not answer", afterMs: null };
      }
    },

    async fate(externalId, signal) {
      const path = `${CHAT_ROOT}/messages/${encodeURIComponent(externalId)}/fate`;
      const response = await ask(path, {}, signal).catch(() => null);
      if (response?.ok !== true) return null;
      return textIn(await response.json().catch(() => null), "fate");
    },

    watch: (after, watcher) => watch(`${chatPath(chat)}/events?after=${after}`, watcher),
  };
}

function ask(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  return fetch(path, { ...init, cache: "no-store", signal: within });
}

function bodyOf(post: OutgoingPost): object {
  if (post.kind === "press") return { on: post.on, data: post.data };
  const { text, replyTo, thread, files } = post;
  const ids = files.map(({ id }) => id);
  return { text, replyTo, thread, ...(ids.length > 0 && { files: ids }) };
}

function toPosted(response: Response, body: unknown): Posted {
  const fate = textIn(body, "fate");
  if (response.ok && fate !== null) return { outcome: "taken", fate };
  // Something else answered in its place, or the answer broke off: nobody said that it is stored.
  if (response.ok)
    return { outcome: "again", reason: "the gateway does not answer", afterMs: null };
  const { message, advice } = refusalIn(response.status, body);
  // A page that is let in again, by a new link, has lost nothing.
  const mayHelp = response.status === 429 || response.status === 401 || response.status >= 500;
  if (!mayHelp) return { outcome: "refused", message, advice };
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const afterMs = seconds >= 0 ? seconds * 1000 : null;
  return { outcome: "again", reason: message, afterMs };
}

function refusalIn(status: number, body: unknown): ChatRefusal {
  const error = fieldOf(body, "error");
  return new ChatRefusal(
    textIn(error, "message") ?? `the gateway answered ${status}`,
    textIn(error, "advice") ?? "see the gateway's log",
  );
}

function toError(status: number, body: unknown): Error {
  const refusal = refusalIn(status, body);
  return status >= 500 || status === 429 ? new Error(refusal.message) : refusal;
}
