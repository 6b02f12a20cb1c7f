import type { Interruption, SessionStatus } from "../../sessions/machine/state.ts";
import { interruptionWords } from "../interruption-words.ts";

const INTERRUPTIONS: readonly Interruption[] = [
  "restart_timeout",
  "shutdown_timeout",
  "crash",
  "worker_lost",
  "stalled",
];

/** Why a session stands as it does, in a sentence; empty when its status says all. */
export function whyWords(status: SessionStatus, why: string | null): string {
  if (why === null) return "";
  const interruption = INTERRUPTIONS.find((one) => one === why);
  if (interruption === undefined) {
    return status === "idle" ? `The last turn was ${why}.` : `${sentence(why)}.`;
  }
  const cause = interruptionWords(interruption);
  if (status === "suspended") {
    return `It was cut too often, the last time because ${cause}. It waits for a person.`;
  }
  return status === "resume_pending"
    ? `Its turn was cut because ${cause}. It goes on with a restart note.`
    : `An earlier turn was cut because ${cause}.`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1).replaceAll("_", " ");
}
