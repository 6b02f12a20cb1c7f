import type { ContentBlock } from "@agentclientprotocol/sdk";

import type { Step } from "./knobs.ts";
import { parseKnobs } from "./knobs.ts";
import { createMemory } from "./memory.ts";
import { findScript } from "./scripts.ts";
import type { Stage, StageControls } from "./stage.ts";
import { Cancelled, createStage } from "./stage.ts";
import { createWire } from "./wire.ts";

/**
 * An agent that speaks ACP on its standard input and output and does what the first word of the prompt says
 * (see `scripts.ts`), well or badly. Its argument is a JSON text of `Knobs`.
 */
const knobs = parseKnobs(process.argv[2]);
const memory = createMemory(knobs.memory);
const wire = createWire();
const running = new Map<string, Stage & StageControls>();
const start = memory.countStart();

function crash(at: Step): void {
  if (knobs.crashAt !== at || start > (knobs.crashTimes ?? Infinity)) return;
  process.stderr.write(`scripted agent: crashed at ${at}, as asked for\n`);
  process.exit(3);
}

function answer(id: unknown, body: Record<string, unknown>): void {
  for (let time = 0; time < (knobs.answersTwice === true ? 2 : 1); time += 1) {
    wire.send({ id, ...body });
  }
}

/** False: the call is not to be answered as ever. */
function begin(step: Step, id: unknown): boolean {
  crash(step);
  if (knobs.refuse?.at === step) {
    const { code, message } = knobs.refuse;
    answer(id, { error: { code, message } });
    return false;
  }
  return knobs.hangAt !== step;
}

function initialize(id: unknown): void {
  if (!begin("initialize", id)) return;
  answer(id, {
    result: {
      protocolVersion: knobs.version ?? 1,
      agentInfo: { name: knobs.name ?? "scripted", version: "1.0.0" },
      agentCapabilities: {
        loadSession: knobs.canLoad ?? false,
        promptCapabilities: { image: knobs.takesImages ?? false, audio: knobs.takesAudio ?? false },
        sessionCapabilities: knobs.canResume === true ? { resume: {} } : {},
      },
      authMethods: [{ id: "login", name: "Log in with a browser" }],
    },
  });
}

function restore(step: "load" | "resume", id: unknown, session: string): void {
  if (!begin(step, id)) return;
  const said = memory.find(session);
  if (said === null && knobs.unknownSession !== "empty") {
    return answer(id, { error: { code: -32002, message: `no session ${session}` } });
  }
  const known = [...(said ?? [])];
  for (let times = knobs.forgets ?? 0; times > 0; times -= 1) {
    known.splice(known.findLastIndex(({ who }) => who === "user"));
  }
  const repeat = (from: number, to: number): void => {
    for (const { who, text } of known.slice(from, to)) {
      const sessionUpdate = who === "user" ? "user_message_chunk" : "agent_message_chunk";
      const update = { sessionUpdate, content: { type: "text", text } };
      wire.send({ method: "session/update", params: { sessionId: session, update } });
    }
    const open = { sessionUpdate: "tool_call", toolCallId: "old", title: "old", status: "pending" };
    wire.send({ method: "session/update", params: { sessionId: session, update: open } });
  };
  const late = knobs.replaysLateMs;
  if (step === "load") repeat(0, late === undefined ? known.length : 1);
  answer(id, { result: {} });
  if (step === "load" && late !== undefined) setTimeout(() => repeat(1, known.length), late);
}

async function play(id: unknown, session: string, prompt: readonly ContentBlock[]): Promise<void> {
  const stage = createStage({ session, prompt, wire, knobs, memory });
  running.set(session, stage);
  if (!begin("prompt", id)) return;
  const { script, rest } = findScript(stage.text);
  try {
    const end = (await script(stage, rest)) ?? "end_turn";
    if (typeof end === "string") answer(id, { result: { stopReason: end } });
    else answer(id, end);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    const stopReason = knobs.cancelledEnds ?? "cancelled";
    if (stopReason === "error") answer(id, { error: { code: -32603, message: "aborted" } });
    else answer(id, { result: { stopReason } });
  } finally {
    running.delete(session);
  }
}

process.on("SIGTERM", () => {
  if (knobs.ignoresTerm !== true) process.exit(0);
});
if (knobs.banner !== undefined) wire.raw(`${knobs.banner}\n`);
crash("start");
wire.listen({
  onCall: (id, method, params) => {
    switch (method) {
      case "initialize":
        setTimeout(() => initialize(id), knobs.greetsAfterMs ?? 0);
        return;
      case "session/new":
        if (begin("new", id)) answer(id, { result: { sessionId: memory.create() } });
        return;
      case "session/load":
      case "session/resume":
        return restore(
          method === "session/load" ? "load" : "resume",
          id,
          String(params["sessionId"]),
        );
      case "session/prompt":
        void play(id, String(params["sessionId"]), params["prompt"] as ContentBlock[]);
        return;
      default:
        return answer(id, { error: { code: -32601, message: `no method ${method}` } });
    }
  },
  onNotification: (method, params) => {
    if (method === "session/cancel") running.get(String(params["sessionId"]))?.cancel();
  },
  onEnd: () => {
    if (knobs.ignoresEof === true) setInterval(() => undefined, 60_000);
    else process.exit(0);
  },
});
