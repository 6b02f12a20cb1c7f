import type { TurnPapers } from "../../sessions/engine.ts";
import type { RequestId, SessionId, SessionKey, TurnId } from "../../sessions/ids.ts";
import type { Address, OutboundFile } from "../../sessions/message.ts";
import type { Usage, WorkerSession, WorkerTurn } from "../../workers/worker.ts";
import type { Progress } from "./progress.ts";
import type { AnswerStream } from "./stream.ts";
import type { TurnRecord } from "./record.ts";

/** A turn that a worker of this process computes now. Lives in memory only: everything that matters is in the journal. */
export interface LiveTurn {
  readonly key: SessionKey;
  readonly session: SessionId;
  readonly turn: TurnId;
  readonly generation: number;
  readonly address: Address;
  /** Replaced once, when what came with its messages is fetched. */
  input: WorkerTurn;
  readonly record: TurnRecord;
  readonly stream: AnswerStream;
  readonly abort: AbortController;
  /** What came with its messages is on its way: no worker has been asked yet. */
  isFetching: boolean;
  /** All processes of its worker are busy. */
  isWaiting: boolean;
  /** Monotonic ms; from when a worker could begin. */
  startedAt: number;
  /** Replaced as the journal's rows of this turn change. */
  papers: TurnPapers;
  worker: WorkerSession | null;
  /** As in the configuration. */
  readonly workerName: string;
  isAccepted: boolean;
  /** Monotonic ms of its last sign of life. */
  seenAt: number;
  /** People were told that it is silent: once in a turn. */
  isSilenceTold: boolean;
  /** Tools that run now: they allow a longer silence. */
  openTools: number;
  /** Its questions, by the worker's own names for them. */
  readonly asked: Map<string, Asked>;
  /** Monotonic ms of its latest question to a person. */
  askedAt: number;
  /** Tells its worker, and does not wait until it was heard. */
  readonly answer: (ask: string, decision: "allow" | "deny") => void;
  /** Titles of what its policy denied. */
  readonly refused: string[];
  /** Kept for sending with its end, and what is said of those that were not. */
  readonly files: OutboundFile[];
  readonly remarks: string[];
  /** Null where its people do not want to see it. */
  readonly progress: Progress | null;
  /** As the agent told last. */
  usage: Usage | null;
}

export interface Asked {
  /** Several may stand for one request; null = settled without a person, or withdrawn. */
  readonly request: RequestId | null;
  readonly fingerprint: string;
}

/** The live turns of this process, by turn; a newer generation takes the place of an older one. */
export type LiveTurns = Map<TurnId, LiveTurn>;
