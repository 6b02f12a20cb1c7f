import { useEffect, useState } from "preact/hooks";
import type { SessionStatus } from "../../sessions/machine/state.ts";
import { after } from "../page-clock.ts";
import type { ChatClient } from "./chat-client.ts";
import type { ChatRow } from "./chat-rows.ts";

/** So many of one's latest messages are followed to their end. */
const FOLLOWED = 5;
/** The first look comes soon after anything happened, the later ones are for what no event tells. */
const LOOKS_MS = [150, 1000, 3000, 8000, 15_000];

export interface FatesInput {
  readonly client: ChatClient;
  readonly rows: readonly ChatRow[];
  readonly status: SessionStatus | null;
  readonly isLive: boolean;
}

/** What became of one's latest messages, in the gateway's words, by external id. */
export function useFates({
  client,
  rows,
  status,
  isLive,
}: FatesInput): ReadonlyMap<string, string> {
  const [fates, setFates] = useState<ReadonlyMap<string, string>>(new Map());
  const open = rows
    .flatMap((row) => (row.kind === "message" && row.isOwn ? [row.key] : []))
    .slice(-FOLLOWED)
    .filter((id) => !isSettled(fates.get(id) ?? ""))
    .join(" ");
  const latest = rows.at(-1)?.key;
  useEffect(() => {
    if (open === "" || !isLive) return undefined;
    const left = new AbortController();
    const look = async (): Promise<void> => {
      const found = await Promise.all(
        open.split(" ").map(async (id) => [id, await client.fate(id, left.signal)] as const),
      );
      if (left.signal.aborted) return;
      setFates((known) => withFound(known, found));
    };
    const cancels = LOOKS_MS.map((ms) => after(ms, () => void look()));
    return () => {
      left.abort();
      for (const cancel of cancels) cancel();
    };
  }, [client, open, latest, status, isLive]);
  return fates;
}

/** Nothing more will become of it. An interrupted one may be continued yet. */
function isSettled(fate: string): boolean {
  return /^(?:answered$|handled|cancelled|failed|dead)/.test(fate);
}

function withFound(
  known: ReadonlyMap<string, string>,
  found: readonly (readonly [string, string | null])[],
): ReadonlyMap<string, string> {
  const news = found.flatMap(([id, fate]): readonly (readonly [string, string])[] =>
    fate === null || known.get(id) === fate ? [] : [[id, fate]],
  );
  return news.length === 0 ? known : new Map([...known, ...news]);
}
