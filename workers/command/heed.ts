import { resolve } from "node:path";

import type { WorkerTurn } from "../worker.ts";
import type { Frame } from "./frame.ts";
import type { SessionOptions } from "./session-options.ts";
import { historyFrame } from "./turn-frame.ts";
import type { TurnRun } from "./turn-run.ts";

/** One turn of a program in `session` mode. */
export interface OpenTurn {
  readonly turn: WorkerTurn;
  readonly run: TurnRun;
  /** Questions that wait for an answer. */
  readonly asked: Set<string>;
  /** All that were ever asked in this turn: a second one of the same id is the first. */
  readonly known: Set<string>;
  /** Fingerprints that were allowed beforehand, each for one deed. */
  readonly grants: string[];
  readonly tools: Set<string>;
}

export interface Ears {
  readonly options: SessionOptions;
  send(frame: object): void;
  keep(cursor: unknown): void;
}

/** What a program says within a turn. True: that was its last word. */
export function heed(open: OpenTurn, frame: Frame, ears: Ears): boolean {
  const { run } = open;
  switch (frame.type) {
    case "delta":
      run.say(frame.text);
      return false;
    case "message":
      run.sayApart(frame.text);
      return false;
    case "tool":
      heedTool(open, frame);
      return false;
    case "ask":
      heedAsk(open, frame, ears);
      return false;
    case "ask_withdrawn":
      if (open.asked.delete(frame.id)) run.events.push({ type: "ask_withdrawn", id: frame.id });
      return false;
    case "file": {
      const { name, mime } = frame;
      const path = resolve(ears.options.conversation.workspace, frame.path);
      run.events.push({ type: "file", path, name, mime });
      return false;
    }
    case "cursor":
      ears.keep(frame.value);
      run.events.push({ type: "cursor", value: frame.value });
      return false;
    case "thought":
      run.events.push({ type: "thought", text: frame.text });
      return false;
    case "plan":
      run.events.push({ type: "plan", steps: frame.steps });
      return false;
    case "usage": {
      const { inputTokens, outputTokens, cost } = frame;
      run.events.push({ type: "usage", inputTokens, outputTokens, cost });
      return false;
    }
    case "ping":
      run.events.push({ type: "ping" });
      return false;
    case "history":
      ears.send(historyFrame(open.turn, frame.last ?? open.turn.transcript.length));
      return false;
    case "done":
      run.finish({ type: "completed", reason: frame.reason });
      return true;
    case "error":
      run.finish({ type: "failed", error: frame.message, canRetry: false });
      return true;
  }
}

function heedTool(open: OpenTurn, frame: Extract<Frame, { type: "tool" }>): void {
  const { events } = open.run;
  const { call, name, input, kind, state, result } = frame;
  if (!open.tools.has(call)) {
    open.tools.add(call);
    events.push({ type: "tool_started", call, name, input, kind });
  }
  if (state !== "started") events.push({ type: "tool_ended", call, state, result });
}

function heedAsk(open: OpenTurn, frame: Extract<Frame, { type: "ask" }>, ears: Ears): void {
  const { id, title, detail, kind } = frame;
  if (open.known.has(id)) return;
  open.known.add(id);
  const fingerprint =
    frame.fingerprint ?? `${kind}: ${title} ${detail}`.replaceAll(/\s+/g, " ").trim();
  const granted = open.grants.indexOf(fingerprint);
  if (granted !== -1) {
    open.grants.splice(granted, 1);
    return ears.send({ type: "answer", id, decision: "allow" });
  }
  open.asked.add(id);
  open.run.events.push({ type: "ask", id, title, detail, fingerprint, kind });
}
