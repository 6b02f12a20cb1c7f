/** What the clients did, oldest first. Times are epoch ms by the fake's clock. */
export interface Records {
  readonly calls: readonly CallRecord[];
  readonly identifies: readonly IdentifyRecord[];
  readonly resumes: readonly ResumeRecord[];
  readonly heartbeats: readonly HeartbeatRecord[];
  readonly connections: readonly ConnectionRecord[];
  readonly closes: readonly CloseRecord[];
  /** What is answered, and is wrong all the same: a RESUME on the wrong host, an IDENTIFY on the resume host, … Expect []. */
  readonly misuse: readonly string[];
  /** Answers of 401, 403 and 429 (10,000 in 10 min get a real bot banned). */
  readonly invalidRequests: number;
  /** Sessions that can still be resumed or are connected. */
  readonly sessions: readonly SessionRecord[];
  /** Highest sequence that was written to an open socket of the newest session; 0 when there was none. */
  readonly deliveredSequence: number;
}

export interface CallRecord {
  readonly at: number;
  readonly method: string;
  /** With its values, without `/api/v10` and query. */
  readonly path: string;
  /** `/channels/:channel/messages`; the path when there is no such route. */
  readonly route: string;
  readonly query: Readonly<Record<string, string>>;
  /** The JSON that was sent (`payload_json` of a form), or null. */
  readonly body: unknown;
  /** What was decided; a cut or hanging answer never arrived all the same. */
  readonly status: number;
  /** Whether the answer was written. */
  readonly isAnswered: boolean;
}

export interface IdentifyRecord {
  readonly at: number;
  readonly connection: number;
  readonly shard: readonly [number, number];
  readonly intents: number;
  /** The new session's id; null when it was refused. */
  readonly session: string | null;
}

export interface ResumeRecord {
  readonly at: number;
  readonly connection: number;
  readonly session: string;
  readonly sequence: number;
  readonly host: Host;
  readonly outcome:
    | { readonly kind: "resumed"; readonly replayed: number }
    | { readonly kind: "invalid_session"; readonly isResumable: boolean }
    | { readonly kind: "closed"; readonly code: number }
    | { readonly kind: "silence" };
}

export type Host = "main" | "resume";

export interface HeartbeatRecord {
  readonly at: number;
  readonly connection: number;
  readonly sequence: number | null;
}

export interface ConnectionRecord {
  readonly at: number;
  /** Counts from 1. */
  readonly connection: number;
  readonly host: Host;
}

export interface CloseRecord {
  readonly at: number;
  readonly connection: number;
  readonly by: "client" | "server";
  /** 1006 when it broke without a close frame. */
  readonly code: number;
}

export interface SessionRecord {
  readonly id: string;
  readonly shard: readonly [number, number];
  readonly intents: number;
  /** Of the newest event, sent or kept for later. */
  readonly sequence: number;
  readonly isConnected: boolean;
}
