/** What the server does with one request. */
export interface Reply {
  /** In place of an answer: a refusal. */
  readonly refuse?: Refusal;
  /** Said before anything else, where the protocol knows such. */
  readonly thought?: string;
  /** One chunk each. */
  readonly text?: readonly string[];
  readonly tools?: readonly ToolCall[];
  readonly usage?: { readonly input: number; readonly output: number };
  /** Left out: `stop`, or `tool` when it calls one. */
  readonly finish?: "stop" | "length" | "refused" | "tool";
  /** Between two chunks. */
  readonly chunkMs?: number;
  /** Before the head of the answer. */
  readonly delayMs?: number;
  /** Goes wrong, and where. `at`: after so many chunks of text; left out: before the head. */
  readonly fault?: Fault;
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ToolCall {
  readonly name: string;
  readonly input: object;
}

export type Fault =
  /** Says nothing more, and keeps the connection. */
  | { readonly does: "stall"; readonly at?: number }
  /** Breaks the connection. */
  | { readonly does: "drop"; readonly at?: number }
  /** Closes well, without the end that its protocol wants. */
  | { readonly does: "close"; readonly at?: number }
  /** A chunk that is no JSON, then goes on. */
  | { readonly does: "garbage"; readonly at?: number }
  /** An error as a chunk of the stream. */
  | { readonly does: "error"; readonly at?: number; readonly message: string }
  /** Comments that keep the connection, and nothing else. */
  | { readonly does: "comments"; readonly at?: number }
  /** A page of HTML. */
  | { readonly does: "page" };

/** `words of an answer` in chunks of a word each. */
export function words(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}
