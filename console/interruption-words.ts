import type { Interruption } from "../sessions/machine/state.ts";

const WORDS: Readonly<Record<Interruption, string>> = {
  restart_timeout: "a restart did not wait any longer",
  shutdown_timeout: "a stop did not wait any longer",
  crash: "the gateway was killed or crashed",
  worker_lost: "its worker was lost",
  stalled: "it gave no sign of life",
};

/** Why a turn was cut, as a clause. */
export function interruptionWords(interruption: Interruption): string {
  return WORDS[interruption];
}
