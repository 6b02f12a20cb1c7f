import type { Clock, Timer } from "../../sessions/clock.ts";
import type { WorkerEvent } from "../worker.ts";
import type { ToolCall } from "./tool-call.ts";
import { inputOf, resultOf, toolCallAfter } from "./tool-call.ts";

/** The tool calls of one turn: each is told once when it runs and once when it has ended. */
export interface ToolCalls {
  /** False: it is about no tool call. */
  piece(update: unknown): boolean;
  /** It waits for a person: it has certainly not run, so it is not told. */
  hold(piece: unknown): ToolCall | null;
  /** The person said yes. */
  release(id: string): void;
  end(): void;
}

interface Known {
  call: ToolCall;
  state: "waiting" | "held" | "told" | "ended";
  timer: Timer | null;
}

/** A call that is pending for so long and asks nobody runs: some agents tell no more until its end. */
const PENDING_MS = 1000;

export function createToolCalls(options: {
  readonly clock: Clock;
  readonly workspace: string;
  tell(event: WorkerEvent): void;
}): ToolCalls {
  const all = new Map<string, Known>();

  const take = (piece: unknown): Known | null => {
    const call = toolCallAfter((id) => all.get(id)?.call, piece);
    if (call === null) return null;
    const known: Known = all.get(call.id) ?? { call, state: "waiting", timer: null };
    known.call = call;
    all.set(call.id, known);
    return known;
  };

  const start = (known: Known): void => {
    known.timer?.cancel();
    if (known.state === "told" || known.state === "ended") return;
    known.state = "told";
    const { id, title, kind } = known.call;
    const input = inputOf(known.call, options.workspace);
    options.tell({
      type: "tool_started",
      call: id,
      name: title === "" ? kind : title,
      input,
      kind,
    });
  };

  const finish = (known: Known, state: "done" | "failed"): void => {
    if (known.state === "ended") return;
    start(known);
    known.state = "ended";
    options.tell({ type: "tool_ended", call: known.call.id, state, result: resultOf(known.call) });
  };

  return {
    piece: (update) => {
      const known = take(update);
      if (known === null) return false;
      switch (known.call.status) {
        case "pending":
          if (known.state === "waiting") {
            known.timer ??= options.clock.timer(PENDING_MS, () => {
              if (known.state === "waiting") start(known);
            });
          }
          break;
        case "in_progress":
          if (known.state === "told") options.tell({ type: "ping" });
          else if (known.state === "waiting") start(known);
          break;
        case "completed":
          finish(known, "done");
          break;
        case "failed":
          finish(known, "failed");
          break;
      }
      return true;
    },
    hold: (piece) => {
      const known = take(piece);
      if (known?.state === "waiting") known.state = "held";
      known?.timer?.cancel();
      return known?.call ?? null;
    },
    release: (id) => {
      const known = all.get(id);
      if (known?.state === "held") start(known);
    },
    end: () => {
      for (const { timer } of all.values()) timer?.cancel();
    },
  };
}
