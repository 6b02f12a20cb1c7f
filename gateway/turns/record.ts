import type { TranscriptWrite } from "../../sessions/engine.ts";
import type { SessionId, TurnId } from "../../sessions/ids.ts";
import type { TurnOutcome } from "../../sessions/machine/state.ts";
import type { EntryBody, TranscriptEntry } from "../../sessions/transcript.ts";

/** What a turn has said and done so far, as transcript entries: text and tools in the order they came. */
export interface TurnRecord {
  say(text: string): void;
  toolStarted(call: string, name: string, input: string): void;
  toolEnded(call: string, state: "done" | "failed", result: string): void;
  /** What changed since it was last taken; text is stored as partial until the turn completes. */
  take(at: number): readonly TranscriptWrite[];
  /** What was taken could not be stored: it is to be taken again. */
  again(): void;
  /** Everything once more, as it stands when the turn has ended so. */
  settle(outcome: TurnOutcome, at: number): readonly TranscriptWrite[];
  /** The whole text of the answer. */
  text(): string;
}

interface Place {
  readonly session: SessionId;
  readonly turn: TurnId;
  /** Entries that the turn wrote before (its messages, an earlier worker's part). */
  readonly from: number;
}

export function createTurnRecord(place: Place): TurnRecord {
  const bodies: EntryBody[] = [];
  const changed = new Set<number>();

  const put = (index: number, body: EntryBody): void => {
    bodies[index] = body;
    changed.add(index);
  };
  const write = (index: number, at: number): TranscriptWrite[] => {
    const body = bodies[index];
    if (body === undefined) return [];
    const id = `${place.turn}:${place.from + index}`;
    return [{ op: "put", entry: { session: place.session, turn: place.turn, id, at, body } }];
  };

  return {
    say(text) {
      const last = bodies.at(-1);
      if (last?.kind === "assistant") {
        put(bodies.length - 1, { ...last, text: last.text + text });
      } else put(bodies.length, { kind: "assistant", text, partial: true });
    },
    toolStarted(call, name, input) {
      put(bodies.length, { kind: "tool", call, name, input, state: "open", result: null });
    },
    toolEnded(call, state, result) {
      const index = bodies.findLastIndex((body) => body.kind === "tool" && body.call === call);
      const body = bodies[index];
      if (body?.kind === "tool") put(index, { ...body, state, result });
    },
    take(at) {
      const indexes = [...changed];
      changed.clear();
      return indexes.flatMap((index) => write(index, at));
    },
    again() {
      for (const index of bodies.keys()) changed.add(index);
    },
    settle(outcome, at) {
      changed.clear();
      return bodies.flatMap((body, index) => {
        bodies[index] = settledBody(body, outcome);
        return write(index, at);
      });
    },
    text: () =>
      bodies.flatMap((body) => (body.kind === "assistant" ? [body.text.trim()] : [])).join("\n\n"),
  };
}

/** The same for entries that a dead boot left behind. */
export function settleEntries(
  entries: readonly TranscriptEntry[],
  outcome: TurnOutcome,
): readonly TranscriptWrite[] {
  return entries.flatMap((entry) => {
    const body = settledBody(entry.body, outcome);
    return body === entry.body ? [] : [{ op: "put" as const, entry: { ...entry, body } }];
  });
}

/** Text is whole only in a turn that completed; no tool call stays without an end. */
function settledBody(body: EntryBody, outcome: TurnOutcome): EntryBody {
  if (body.kind === "assistant" && outcome === "completed") return { ...body, partial: false };
  if (body.kind === "tool" && body.state === "open") {
    return { ...body, state: outcome === "cancelled" ? "cancelled" : "unknown" };
  }
  return body;
}
