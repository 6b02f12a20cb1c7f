import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Clock, Timer } from "../../sessions/clock.ts";
import { formatMessage, formatNotice, paint } from "./block-lines.ts";
import type { Look, Progress } from "./block-lines.ts";
import { repaint } from "./repaint.ts";
import type { Block } from "./repaint.ts";
import type { ShownMessage } from "./shown.ts";
import { widthOf } from "./text-width.ts";
import type { View } from "./view.ts";

export interface ScreenOptions {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number; readonly rows?: number };
  readonly hasColour: boolean;
  readonly user: string;
  readonly url: string;
  readonly clock: Clock;
}

const PROMPT = "> ";
const TYPING_MS = 6_000;

/** The chat on a terminal: the conversation above, the line being typed at the bottom. */
export class Screen implements View {
  readonly lines: AsyncIterable<string>;
  readonly #options: ScreenOptions;
  readonly #reader: Interface;
  #blocks: readonly Block[] = [];
  #isPromptShown = false;
  #isClosed = false;
  #notices = 0;
  #typing: Timer | null = null;

  constructor(options: ScreenOptions) {
    this.#options = options;
    const { input, output, hasColour } = options;
    this.#reader = createInterface({
      input,
      output,
      terminal: true,
      prompt: paint(PROMPT, "dim", { hasColour }),
    });
    this.#reader.on("SIGINT", () => {
      if (this.#reader.line === "") this.#reader.close();
      else this.#reader.write(null, { ctrl: true, name: "u" });
    });
    // The terminal has broken the lines anew: where they are now is not known.
    output.on("resize", () => {
      this.#blocks = [];
    });
    this.#reader.on("line", (line) => this.#takeLine(line));
    this.#reader.on("close", () => {
      this.#erasePrompt();
      this.#isClosed = true;
    });
    this.lines = this.#reader;
    this.#prompt();
  }

  show(message: ShownMessage, progress: Progress): void {
    if (message.from.kind === "agent") this.#stopTyping();
    const lines = formatMessage(message, progress, this.#look());
    this.#put({ key: message.externalId, lines });
  }

  notice(text: string): void {
    this.#notices += 1;
    this.#put({ key: `notice ${this.#notices}`, lines: formatNotice(text, this.#look()) });
  }

  typing(): void {
    this.#typing?.cancel();
    this.#typing = this.#options.clock.timer(TYPING_MS, () => this.#stopTyping());
    this.#put({ key: "typing", lines: formatNotice("agent is at work …", this.#look()) });
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#typing?.cancel();
    this.#typing = null;
    this.#reader.close();
  }

  /** The reader has ended the typed line with a line break; the conversation shows it in its own way. */
  #takeLine(line: string): void {
    const rows = Math.floor((PROMPT.length + widthOf(line)) / this.#columns()) + 1;
    this.#options.output.write(`\u001B[${rows}A\r\u001B[J`);
    this.#prompt();
  }

  #stopTyping(): void {
    this.#typing?.cancel();
    this.#typing = null;
    this.#put({ key: "typing", lines: [] });
  }

  #put(block: Block): void {
    const { blocks, output } = repaint(this.#blocks, block, this.#rows() - 2);
    this.#blocks = blocks;
    if (output === "") return;
    this.#erasePrompt();
    this.#options.output.write(output);
    this.#prompt();
  }

  #erasePrompt(): void {
    if (!this.#isPromptShown) return;
    const { rows } = this.#reader.getCursorPos();
    this.#options.output.write(`${rows === 0 ? "" : `\u001B[${rows}A`}\r\u001B[J`);
    this.#isPromptShown = false;
    // The reader goes up from where it believes its cursor to be before it writes; it has no public way to be told.
    Reflect.set(this.#reader, "prevRows", 0);
  }

  #prompt(): void {
    if (this.#isClosed) return;
    this.#isPromptShown = true;
    this.#reader.prompt(true);
  }

  #look(): Look {
    const { hasColour, user, url } = this.#options;
    return { columns: this.#columns() - 1, hasColour, user, url };
  }

  #columns(): number {
    return sizeOr(this.#options.output.columns, 80);
  }

  #rows(): number {
    return sizeOr(this.#options.output.rows, 24);
  }
}

/** A terminal that nobody told its size says 0. */
function sizeOr(told: number | undefined, usual: number): number {
  return told === undefined || told < 1 ? usual : told;
}
