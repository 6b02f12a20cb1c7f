import { fieldOf, isThere, listIn, parseJson, textIn } from "./json-fields.ts";
import { toShownFile } from "./shown-message.ts";
import type { ShownFile } from "./shown-message.ts";

/** What is being written and was not sent. */
export interface Draft {
  readonly text: string;
  /** External id of the message that it answers. */
  readonly replyTo: ReplyTarget | null;
  /** Those that the gateway has already. */
  readonly files: readonly ShownFile[];
}

export interface ReplyTarget {
  readonly externalId: string;
  readonly thread: string | null;
  readonly author: string;
  readonly snippet: string;
}

export const EMPTY_DRAFT: Draft = { text: "", replyTo: null, files: [] };

export function formatDraft(draft: Draft): string {
  const isEmpty = draft.text === "" && draft.replyTo === null && draft.files.length === 0;
  return isEmpty ? "" : JSON.stringify(draft);
}

export function parseDraft(text: string | null): Draft {
  const value = text === null ? null : parseJson(text);
  return {
    text: textIn(value, "text") ?? "",
    replyTo: toTarget(fieldOf(value, "replyTo")),
    files: listIn(value, "files").map(toShownFile).filter(isThere),
  };
}

function toTarget(value: unknown): ReplyTarget | null {
  const externalId = textIn(value, "externalId");
  if (externalId === null) return null;
  return {
    externalId,
    thread: textIn(value, "thread"),
    author: textIn(value, "author") ?? "",
    snippet: textIn(value, "snippet") ?? "",
  };
}
