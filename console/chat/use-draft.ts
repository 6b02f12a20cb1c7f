import { useCallback, useState } from "preact/hooks";
import { formatDraft, parseDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { draftShelf } from "./shelf.ts";

export type SetDraft = (change: Draft | ((draft: Draft) => Draft)) => void;

/** What is being written in a chat, kept over a reload and while one looks elsewhere. */
export function useDraft(chat: string): readonly [Draft, SetDraft] {
  const [draft, setDraft] = useState(() => parseDraft(draftShelf(chat).read()));
  const set = useCallback<SetDraft>(
    (change) =>
      setDraft((before) => {
        const next = typeof change === "function" ? change(before) : change;
        draftShelf(chat).write(formatDraft(next));
        return next;
      }),
    [chat],
  );
  return [draft, set];
}
