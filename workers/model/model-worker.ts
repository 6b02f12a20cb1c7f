import type { Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { SessionId } from "../../sessions/ids.ts";
import type { ProcessLog } from "../process/process-log.ts";
import { waitUnless } from "../process/wait.ts";
import type { Worker, WorkerSession } from "../worker.ts";
import { createModelSession } from "./model-session.ts";

export interface ModelWorkerOptions {
  /** Its name in the configuration. */
  readonly name: string;
  /** Without the `/chat/completions`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string | null;
  /** Where a person finds the key; null when there is none. */
  readonly keyPlace: string | null;
  readonly system: string | null;
  /** The model takes images. */
  readonly images: boolean;
  readonly temperature: number | null;
  /** Estimated: older parts of the transcript are left out beyond it. */
  readonly maxInputTokens: number;
  /** Of one text file that is put into a message; 0 = none is. */
  readonly fileChars: number;
  readonly firstByteMs: number;
  readonly chunkMs: number;
  /** Further tries while nothing of an answer has come. */
  readonly retries: number;
  readonly clock: Clock;
  readonly log: ProcessLog;
}

/** Answers with a model behind an OpenAI-compatible endpoint. It has no process, no tools, and keeps nothing between turns. */
export function createModelWorker(options: ModelWorkerOptions): Worker {
  const { name } = options;
  const sessions = new Map<SessionId, WorkerSession>();
  let isClosed = false;
  return {
    name,
    abilities: { canSteer: false, keepsContext: false },
    open: async (conversation, signal) => {
      signal.throwIfAborted();
      if (isClosed) throw closed(name);
      // The library takes a good part of a second to load: only a gateway that talks to a model pays for it.
      const loaded = await waitUnless(import("./endpoint.ts"), signal);
      if (loaded === "aborted") throw signal.reason;
      if (isClosed) throw closed(name);
      const known = sessions.get(conversation.session);
      if (known !== undefined) return known;
      const session = createModelSession(options, {
        endpoint: loaded.createEndpoint(options),
        leave: () => {
          if (sessions.get(conversation.session) === session) sessions.delete(conversation.session);
        },
      });
      sessions.set(conversation.session, session);
      return session;
    },
    close: async (graceMs) => {
      isClosed = true;
      await Promise.all([...sessions.values()].map((session) => session.close(graceMs)));
    },
    processes: () => [],
  };
}

function closed(name: string): SluiceError {
  return new SluiceError("worker_unavailable", `Cannot ask the model of ${name}: it was closed`, {
    advice: "start the gateway again, then send the message again",
  });
}
