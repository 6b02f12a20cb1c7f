import { onTestFinished } from "vitest";

import type { Clock } from "../../../sessions/clock.ts";
import { createModelWorker, type ModelWorkerOptions } from "../../../workers/model/model-worker.ts";
import type { Worker, WorkerEvent, WorkerSession } from "../../../workers/worker.ts";
import { startModelServer, type ModelServer } from "../../fakes/model-server/model-server.ts";
import { createTestLog, realClock } from "../ledger.ts";
import { newConversation } from "../turns.ts";

/** A model worker and the endpoint that it asks. */
export interface ModelWorld {
  readonly server: ModelServer;
  readonly worker: Worker;
  readonly log: ReturnType<typeof createTestLog>;
  open(): Promise<WorkerSession>;
  /** The messages of the last request, as they went over the line. */
  sent(): readonly { readonly role: string; readonly content: unknown }[];
}

export async function openModelWorld(
  options: Partial<ModelWorkerOptions> = {},
): Promise<ModelWorld> {
  const server = await startModelServer();
  const log = createTestLog();
  const worker = createModelWorker({
    name: "gpt",
    baseUrl: server.url,
    model: "test-model",
    key: "sk-planted-key",
    keyPlace: "environment variable MODEL_API_KEY",
    system: null,
    images: false,
    temperature: null,
    maxInputTokens: 32_000,
    fileChars: 1000,
    firstByteMs: 60_000,
    chunkMs: 60_000,
    retries: 2,
    clock: realClock,
    log,
    ...options,
  });
  return {
    server,
    worker,
    log,
    open: () => worker.open(newConversation(), new AbortController().signal),
    sent: () => (server.requests.at(-1)?.body["messages"] ?? []) as [],
  };
}

/** As `openModelWorld`, for one test. */
export async function useModelWorld(
  options: Partial<ModelWorkerOptions> = {},
): Promise<ModelWorld> {
  const world = await openModelWorld(options);
  onTestFinished(async () => {
    await world.worker.close(0);
    await world.server.stop();
  });
  return world;
}

/** Real time, but for spans of at most `upTo`, which pass in `inMs`: by itself, those between two tries. All are noted. */
export function hastyClock({ upTo = 59_999, inMs = 5 } = {}): Clock & {
  readonly waits: readonly number[];
} {
  const waits: number[] = [];
  return {
    ...realClock,
    waits,
    timer: (ms, action) => {
      waits.push(ms);
      return realClock.timer(ms <= upTo ? Math.min(ms, inMs) : ms, action);
    },
  };
}

export function failureIn(events: readonly WorkerEvent[]): string {
  const last = events.at(-1);
  if (last?.type !== "failed") throw new Error(`it did not fail: ${JSON.stringify(last)}`);
  return last.error;
}
