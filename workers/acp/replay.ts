import type { Clock, Timer } from "../../sessions/clock.ts";
import { chunkOf } from "./chunk.ts";

/** What an agent repeated of a session that it loaded. None of it reaches the chat, and no tool in it is a fact. */
export interface Replay {
  update(update: Record<string, unknown>): void;
  /** Until nothing came for `quietMs`; at most `LONGEST_REPLAY_MS`. */
  quiet(quietMs: number): Promise<void>;
  /** Messages of people in it; of the agent, where it repeats no others. */
  messages(): number;
  /** The words of the last message of a person; null = none was repeated. */
  lastAsked(): string | null;
}

export const LONGEST_REPLAY_MS = 5000;

export function createReplay(clock: Clock): Replay {
  let seenAt = clock.monotonic();
  let asked = 0;
  let answered = 0;
  let last: { readonly who: string; readonly id: string | null } | null = null;
  let words: string | null = null;

  return {
    update: (update) => {
      seenAt = clock.monotonic();
      const chunk = chunkOf(update);
      const kind = String(update["sessionUpdate"]);
      if (chunk === null || (kind !== "user_message_chunk" && kind !== "agent_message_chunk")) {
        // A tool or a thought stands between two messages; news of modes and commands do not.
        if (kind.startsWith("tool_call") || kind === "agent_thought_chunk") last = null;
        return;
      }
      const isNew = last?.who !== kind || (chunk.id !== null && chunk.id !== last.id);
      last = { who: kind, id: chunk.id };
      if (kind === "agent_message_chunk") {
        if (isNew) answered += 1;
        return;
      }
      if (isNew) asked += 1;
      words =
        (isNew ? "" : (words ?? "")) + (chunk.content.type === "text" ? chunk.content.text : "");
    },
    quiet: (quietMs) =>
      new Promise((resolve) => {
        const begunAt = clock.monotonic();
        const look = (): void => {
          const now = clock.monotonic();
          const left = Math.min(seenAt + quietMs, begunAt + LONGEST_REPLAY_MS) - now;
          if (left <= 0) return resolve();
          wait(left);
        };
        const wait = (ms: number): Timer => clock.timer(Math.ceil(ms), look);
        wait(quietMs);
      }),
    messages: () => (asked > 0 ? asked : answered),
    lastAsked: () => words,
  };
}
