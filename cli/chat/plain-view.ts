import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Clock, Timer } from "../../sessions/clock.ts";
import { sleep } from "../../sessions/clock.ts";
import { formatButtons, formatFiles, labelOf } from "./block-lines.ts";
import type { Progress } from "./block-lines.ts";
import type { ShownMessage } from "./shown.ts";
import { toPrintable } from "./text-width.ts";
import type { View } from "./view.ts";

export interface PlainViewOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly url: string;
  readonly clock: Clock;
}

/** A message that is still being edited is held until it has been left alone for this long. */
const SETTLE_MS = 1_000;
/** After the end of the input, answers may still come: it is over when nothing has happened for this long. */
const LINGER_MS = 2_500;

interface Held {
  readonly message: ShownMessage;
  readonly timer: Timer;
}

/** The chat as lines that are only ever appended: for pipes, files and logs. */
export class PlainView implements View {
  readonly lines: AsyncIterable<string>;
  readonly #options: PlainViewOptions;
  readonly #reader: Interface;
  readonly #held = new Map<string, Held>();
  readonly #printed = new Map<string, string>();
  #changedAt: number;

  constructor(options: PlainViewOptions) {
    this.#options = options;
    this.#reader = createInterface({ input: options.input, terminal: false });
    this.lines = this.#reader;
    this.#changedAt = options.clock.monotonic();
  }

  show(message: ShownMessage, progress: Progress): void {
    this.#touch();
    if (progress === "sending") return;
    const { externalId } = message;
    this.#held.get(externalId)?.timer.cancel();
    const timer = this.#options.clock.timer(SETTLE_MS, () => this.#print(externalId));
    const isNew = !this.#held.has(externalId) && !this.#printed.has(externalId);
    // What came before is printed first: the order is that of the chat.
    if (isNew) this.#printAll();
    this.#held.set(externalId, { message, timer });
    if (message.from.kind === "person") this.#print(externalId);
  }

  notice(text: string): void {
    this.#touch();
    this.#printAll();
    this.#options.output.write(`· ${toPrintable(text)}\n`);
  }

  typing(): void {
    this.#touch();
  }

  async settle(): Promise<void> {
    const { clock } = this.#options;
    const never = new AbortController().signal;
    for (;;) {
      const left = this.#changedAt + LINGER_MS - clock.monotonic();
      if (left <= 0) return;
      await sleep(clock, left, never);
    }
  }

  close(): void {
    this.#printAll();
    this.#reader.close();
  }

  #printAll(): void {
    for (const externalId of this.#held.keys()) this.#print(externalId);
  }

  #print(externalId: string): void {
    const held = this.#held.get(externalId);
    if (held === undefined) return;
    held.timer.cancel();
    this.#held.delete(externalId);
    const { message } = held;
    const files = formatFiles(message, this.#options.url);
    const whole = [toPrintable(message.text), files, formatButtons(message)]
      .filter((part) => part !== "")
      .join("\n");
    const before = this.#printed.get(externalId);
    if (before === whole) return;
    this.#printed.set(externalId, whole);
    const isLonger = before !== undefined && whole.startsWith(before);
    const mark = before === undefined || isLonger ? "" : " (changed)";
    const text = isLonger ? whole.slice(before.length).trimStart() : whole;
    this.#options.output.write(`${labelOf(message)}${mark}: ${text}\n`);
  }

  #touch(): void {
    this.#changedAt = this.#options.clock.monotonic();
  }
}
