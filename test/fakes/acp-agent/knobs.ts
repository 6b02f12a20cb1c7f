import type { StopReason } from "@agentclientprotocol/sdk";

/** How the scripted agent behaves whatever it is asked; what it does in a turn is said by the words of the prompt. */
export interface Knobs {
  readonly name?: string;
  /** What it answers `initialize` with. */
  readonly version?: number;
  readonly canLoad?: boolean;
  readonly canResume?: boolean;
  readonly takesImages?: boolean;
  readonly takesAudio?: boolean;
  /** It never answers this call, and does all else. */
  readonly hangAt?: Step;
  /** It dies at this call, with a word on stderr. */
  readonly crashAt?: Step;
  /** Of processes with this memory, so many die at `crashAt`; the next one does not. */
  readonly crashTimes?: number;
  /** It refuses this call with this error. */
  readonly refuse?: { readonly at: Step; readonly code: number; readonly message: string };
  /** A folder: sessions are kept there, and so outlive the process. */
  readonly memory?: string;
  /** What a load or a resume of a session that it does not know answers. Default: error. */
  readonly unknownSession?: "error" | "empty";
  /** Messages of people, from the end, that a load no longer knows. */
  readonly forgets?: number;
  /** A part of its replay comes so long after it answered the load, ms. */
  readonly replaysLateMs?: number;
  /** It greets so late, ms. */
  readonly greetsAfterMs?: number;
  readonly ignoresEof?: boolean;
  readonly ignoresTerm?: boolean;
  /** It prints this on stdout before it speaks. */
  readonly banner?: string;
  /** It answers each call twice. */
  readonly answersTwice?: boolean;
  /** Between two pieces of an answer, ms. */
  readonly pieceMs?: number;
  /** It ends each turn that was cancelled so. Default: cancelled. */
  readonly cancelledEnds?: StopReason | "error";
}

export type Step = "start" | "initialize" | "new" | "load" | "resume" | "prompt";

export function parseKnobs(text: string | undefined): Knobs {
  return text === undefined ? {} : (JSON.parse(text) as Knobs);
}
