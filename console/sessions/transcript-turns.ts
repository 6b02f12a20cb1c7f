import type { TurnRow } from "../../sessions/rows.ts";
import type { TranscriptEntry } from "../../sessions/transcript.ts";

/** One turn with all that was said in it. */
export interface TranscriptTurn {
  readonly id: string;
  /** How it went; null when that is no longer kept. */
  readonly row: TurnRow | null;
  readonly entries: readonly TranscriptEntry[];
  /** Epoch ms at which it began, as far as is known. */
  readonly at: number;
}

/** The oldest first. A turn that said nothing is there too, unless it is older than all that is shown. */
export function groupTurns(
  transcript: readonly TranscriptEntry[],
  rows: readonly TurnRow[],
): readonly TranscriptTurn[] {
  const entries = Map.groupBy(transcript, ({ turn }) => turn);
  const known = new Map(rows.map((row) => [row.id, row]));
  const sessions = new Set(transcript.map(({ session }) => session));
  const from = transcript[0]?.at ?? 0;
  const silent = rows.filter(
    ({ id, session, startedAt }) =>
      !entries.has(id) && startedAt >= from && (sessions.size === 0 || sessions.has(session)),
  );
  return [
    ...[...entries].map(([id, said]): TranscriptTurn => {
      const row = known.get(id) ?? null;
      return { id, row, entries: said, at: row?.startedAt ?? said[0]?.at ?? 0 };
    }),
    ...silent.map((row): TranscriptTurn => ({ id: row.id, row, entries: [], at: row.startedAt })),
  ].toSorted((one, other) => one.at - other.at);
}
