import type { Progress } from "./block-lines.ts";
import type { ShownMessage } from "./shown.ts";

/** Where a person sees the chat and types. */
export interface View {
  /** Shows it, or shows it anew in its place: a message is known by its external id. */
  show(message: ShownMessage, progress: Progress): void;
  /** A word of this program, not of the chat. */
  notice(text: string): void;
  typing(): void;
  /** What a person typed, line by line; ends with Ctrl-D, at the end of the input, or with `close`. */
  readonly lines: AsyncIterable<string>;
  /** Returns when everything that is to be seen is. */
  settle(): Promise<void>;
  close(): void;
}
