import type { ContentBlock } from "@agentclientprotocol/sdk";

import type { TurnId } from "../../sessions/ids.ts";
import type { WorkerTurn } from "../worker.ts";
import type { Cursor } from "./cursor.ts";
import type { Established } from "./establish.ts";
import { missed, preamble } from "./preamble.ts";
import { text, toContent } from "./prompt-content.ts";

/** What the agent's session knows of the conversation, and so what it must be told with the next prompt. */
export interface Memory {
  prompt(turn: WorkerTurn): Promise<ContentBlock[]>;
  /** It is now told of this turn. */
  told(turn: TurnId): void;
  /** It has read what it was told. */
  heard(): void;
  /** It has answered to the end. */
  answered(): void;
  known(): Pick<Cursor, "entries" | "turn">;
}

export function createMemory({ facts, origin }: Established): Memory {
  const cursor = origin.type === "new" ? null : origin.cursor;
  let entries = cursor?.entries ?? 0;
  let last: string | null = cursor?.turn ?? null;
  // A session that never answered and does not repeat itself may not even have read its first prompt.
  let isNew = origin.type === "new" || (origin.type === "resumed" && entries === 0);
  let lastAsked = origin.type === "loaded" ? origin.lastAsked : null;

  return {
    prompt: async (turn) => {
      const { transcript, note, messages, grants } = turn;
      const before = isNew
        ? preamble(transcript)
        : missed(transcript, { turn: last, now: turn.turn });
      const words = messages[0]?.text.trim() ?? "";
      const hasMessage = words !== "" && lastAsked !== null && lastAsked.includes(words);
      lastAsked = null;
      const head = [before, note?.text ?? ""].filter((part) => part !== "").map(text);
      if (grants.length === 0) return [...head, ...(await toContent(messages, facts))];
      const approved = grants.map(({ fingerprint }) => fingerprint);
      if (hasMessage || messages.length === 0) return [...head, text(approval(approved, false))];
      return [...head, text(approval(approved, true)), ...(await toContent(messages, facts))];
    },
    told: (turn) => {
      last = turn;
    },
    heard: () => {
      isNew = false;
    },
    answered: () => {
      isNew = false;
      entries += 1;
    },
    known: () => ({ entries, turn: last }),
  };
}

/** A call that was pending has certainly not run; what was done before it has. */
function approval(fingerprints: readonly string[], hasMessage: boolean): string {
  const lines = [
    "[approved] You were cut short while you waited for a person's approval. It was given, once, for:",
    ...fingerprints.map((one) => `- ${one}`),
    "That has not run yet: do it now, exactly so, and continue. Do not repeat what was done before it.",
    ...(hasMessage ? ["This is what you were asked:"] : []),
  ];
  return lines.join("\n");
}
