import type { TranscriptEntry } from "../../sessions/transcript.ts";
import type { Interruption } from "../../sessions/machine/state.ts";
import type { RestartNote } from "../../workers/worker.ts";

interface Cut {
  readonly interruption: Interruption;
  /** What the turns that were cut had written, oldest first. */
  readonly entries: readonly TranscriptEntry[];
  /** The worker itself had asked for the restart that cut it. */
  readonly isAsker: boolean;
  /** Begun by the `auto` policy: there is no new message. */
  readonly isAuto: boolean;
}

/**
 * What the worker is told when a conversation that was cut continues: the cause, what had finished, what is
 * in doubt, and that the new message comes first. One note subsumes every other hint.
 */
export function restartNote(cut: Cut): RestartNote {
  const tools = cut.entries.flatMap(({ body }) => (body.kind === "tool" ? [body] : []));
  const finished = tools.filter((tool) => tool.state === "done" || tool.state === "failed");
  const inDoubt = tools.filter((tool) => tool.state === "open" || tool.state === "unknown");
  const hasPartial = cut.entries.some(({ body }) => body.kind === "assistant" && body.partial);
  const lines = [
    `[restart note] Your last turn in this conversation was cut short: ${CAUSES[cut.interruption].words}.`,
    ...(cut.isAsker ? ["The restart you asked for is done."] : []),
    ...(hasPartial
      ? ["What you had said until then is in the transcript and is incomplete."]
      : ["You had not said anything yet."]),
    ...list(
      "Finished, do not repeat",
      finished.map((tool) => `${tool.name}(${tool.input}) → ${clip(tool.result ?? tool.state)}`),
    ),
    ...list(
      "Interrupted, outcome unknown: check before you repeat",
      inDoubt.map((tool) => `${tool.name}(${tool.input})`),
    ),
    "Do not repeat any tool call recorded above or in the transcript, nor any restart command in it.",
    cut.isAuto
      ? "There is no new message: continue where you left off."
      : "Answer the new message first; then continue what was cut if it still matters.",
  ];
  return { cause: CAUSES[cut.interruption].cause, text: lines.join("\n") };
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `- ${item}`)];
}

function clip(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

const CAUSES: Record<Interruption, { cause: RestartNote["cause"]; words: string }> = {
  restart_timeout: { cause: "restart", words: "the gateway was restarted while you worked" },
  shutdown_timeout: { cause: "shutdown", words: "the gateway was shut down while you worked" },
  crash: { cause: "crash", words: "the gateway crashed or was killed while you worked" },
  worker_lost: { cause: "worker_lost", words: "your process went away while you worked" },
  stalled: { cause: "stalled", words: "you gave no sign of life for too long and were stopped" },
};
