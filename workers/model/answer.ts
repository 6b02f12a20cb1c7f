import { sleep } from "../../sessions/clock.ts";
import type { WorkerEvent, WorkerTurn } from "../worker.ts";
import type { Endpoint, Prompt, Said } from "./endpoint.ts";
import { explain, type Failure } from "./failure.ts";
import type { ModelWorkerOptions } from "./model-worker.ts";
import { toPrompt } from "./prompt.ts";
import { createSilence, type Silence } from "./silence.ts";

export type AnswerOptions = ModelWorkerOptions & {
  readonly endpoint: Endpoint;
  /** After its abort nothing more is asked, and what still comes is to be thrown away. */
  readonly signal: AbortSignal;
};

/** One turn: as many requests as it needs until something of an answer has come, then that answer to its end. */
export async function* answerTurn(
  turn: WorkerTurn,
  options: AnswerOptions,
): AsyncGenerator<WorkerEvent> {
  const { clock, signal, retries, log, name } = options;
  yield { type: "accepted" };
  const prompt = await toPrompt(turn, options);
  for (let tries = 1; !signal.aborted; tries += 1) {
    const attempt = yield* askOnce(prompt, options);
    if (attempt === "over" || signal.aborted) return;
    const { failure, hasBegun } = attempt;
    const waitMs = failure.waitMs ?? Math.min(1000 * 2 ** (tries - 1), LONGEST_WAIT_MS);
    const isLast = hasBegun || !failure.isRetryable || tries > retries || waitMs > LONGEST_WAIT_MS;
    if (isLast) {
      yield { type: "failed", error: failure.text, canRetry: false };
      return;
    }
    log.warn(
      { worker: name, tries, waitMs, error: failure.text },
      "model did not answer, asked again",
    );
    await sleep(clock, waitMs, signal);
  }
}

/** An endpoint that wants more patience is told to people instead. */
const LONGEST_WAIT_MS = 60_000;

type Attempt = "over" | { readonly failure: Failure; readonly hasBegun: boolean };

async function* askOnce(
  prompt: Prompt,
  options: AnswerOptions,
): AsyncGenerator<WorkerEvent, Attempt> {
  const silence = createSilence(options);
  const request = AbortSignal.any([options.signal, silence.signal]);
  let hasBegun = false;
  let hasSpoken = false;
  let wanted: string | null = null;
  try {
    const parts = options.endpoint.ask(prompt, { signal: request, onBytes: silence.heard });
    for await (const part of listen(parts, silence)) {
      hasBegun = true;
      switch (part.type) {
        case "text":
          hasSpoken = true;
          yield { type: "delta", text: part.text };
          break;
        case "thought":
          yield { type: "thought", text: part.text };
          break;
        case "tool":
          wanted = part.name;
          break;
        case "end":
          yield* usageIn(part);
          yield ending(part, { hasSpoken, wanted });
          return "over";
      }
    }
    return { failure: explain(new Error("its answer broke off"), options), hasBegun };
  } catch (error) {
    return { failure: explain(silence.ranOut() ?? error, options), hasBegun };
  } finally {
    silence.end();
  }
}

/** The time in which whoever reads is busy is no silence of the endpoint. */
async function* listen(parts: AsyncIterable<Said>, silence: Silence): AsyncGenerator<Said> {
  silence.begin();
  for await (const part of parts) {
    silence.rest();
    yield part;
    silence.begin();
  }
}

function* usageIn(part: Extract<Said, { type: "end" }>): Generator<WorkerEvent> {
  const { inputTokens, outputTokens } = part;
  if (inputTokens === null && outputTokens === null) return;
  yield { type: "usage", inputTokens, outputTokens, cost: null };
}

function ending(
  part: Extract<Said, { type: "end" }>,
  said: { readonly hasSpoken: boolean; readonly wanted: string | null },
): WorkerEvent {
  if (said.wanted !== null && !said.hasSpoken) {
    const error = `the model asked for a tool (${said.wanted}), and was told of none: send the message again, or name another model`;
    return { type: "failed", error, canRetry: false };
  }
  return { type: "completed", reason: REASONS[part.why] };
}

const REASONS: Record<Extract<Said, { type: "end" }>["why"], string> = {
  stop: "end_turn",
  length: "max_tokens",
  "content-filter": "refusal",
  "tool-calls": "end_turn",
  interrupted: "other",
  error: "other",
  other: "other",
};
