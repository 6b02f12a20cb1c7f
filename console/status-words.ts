import type { SessionStatus } from "../sessions/machine/state.ts";

export type Tone = "good" | "warn" | "bad" | "info" | "";

interface Word {
  readonly word: string;
  readonly tone: Tone;
}

const STATUSES: Readonly<Record<SessionStatus, Word>> = {
  idle: { word: "idle", tone: "" },
  starting: { word: "starting", tone: "info" },
  running: { word: "running", tone: "good" },
  awaiting_input: { word: "awaiting input", tone: "warn" },
  interrupting: { word: "interrupting", tone: "warn" },
  resume_pending: { word: "resume pending", tone: "info" },
  suspended: { word: "suspended", tone: "bad" },
};

export function statusWord(status: SessionStatus): string {
  return STATUSES[status].word;
}

export function statusTone(status: SessionStatus): Tone {
  return STATUSES[status].tone;
}
