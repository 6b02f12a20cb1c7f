import { fieldOf, parseJson, textIn } from "./json-fields.ts";

/** What is being written and was not sent; the files beside it are in `uploads.ts`. */
export interface Draft {
  readonly text: string;
  readonly replyTo: ReplyTarget | null;
}

export interface ReplyTarget {
  readonly externalId: string;
  readonly thread: string | null;
  readonly author: string;
  readonly snippet: string;
}

export const EMPTY_DRAFT: Draft = { text: "", replyTo: null };

export function formatDraft(draft: Draft): string {
  const isEmpty = draft.text === "" && draft.replyTo === null;
  return isEmpty ? "" : JSON.stringify(draft);
}

export function parseDraft(text: string | null): Draft {
  const value = text === null ? null : parseJson(text);
  return {
    text: textIn(value, "text") ?? "",
    replyTo: toTarget(fieldOf(value, "replyTo")),
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
