import type {
  CallRecord,
  CloseRecord,
  ConnectionRecord,
  HeartbeatRecord,
  IdentifyRecord,
  Records,
  ResumeRecord,
} from "./records.ts";

/** The records, as the rooms that write them hold them. */
export interface Recorder extends Omit<Records, "sessions" | "deliveredSequence"> {
  readonly calls: CallRecord[];
  readonly identifies: IdentifyRecord[];
  readonly resumes: ResumeRecord[];
  readonly heartbeats: HeartbeatRecord[];
  readonly connections: ConnectionRecord[];
  readonly closes: CloseRecord[];
  readonly misuse: string[];
  invalidRequests: number;
}

export function createRecorder(): Recorder {
  return {
    calls: [],
    identifies: [],
    resumes: [],
    heartbeats: [],
    connections: [],
    closes: [],
    misuse: [],
    invalidRequests: 0,
  };
}
