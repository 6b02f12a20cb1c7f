import { sleep } from "../../sessions/clock.ts";
import type { Clock } from "../../sessions/clock.ts";
import type { Posted } from "./client.ts";

export interface OutgoingOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly notice: (text: string) => void;
}

const BACKOFF = { firstMs: 200, mostMs: 2_000 };

/** What a person typed, on its way: one at a time and in order, each until it is accepted or refused. */
export class Outgoing {
  readonly #options: OutgoingOptions;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** `post` is tried with the same id until the gateway has it. */
  add(name: string, post: (signal: AbortSignal) => Promise<Posted>): void {
    this.#waiting += 1;
    this.#tail = this.#tail
      .then(() => this.#deliver(name, post))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Returns when nothing is on its way. */
  done(): Promise<void> {
    return this.#tail;
  }

  async #deliver(name: string, post: (signal: AbortSignal) => Promise<Posted>): Promise<void> {
    const { clock, signal, notice } = this.#options;
    let backoffMs = BACKOFF.firstMs;
    let isTold = false;
    while (!signal.aborted) {
      const posted = await post(signal);
      switch (posted.outcome) {
        case "taken":
          if (isTold) notice(`sent: ${name}`);
          return;
        case "refused":
          notice(`not sent: ${name} (${posted.message}: ${posted.advice})`);
          return;
        case "again":
          if (signal.aborted) break;
          if (!isTold) notice(`not sent yet: ${name} (${posted.reason}); trying on`);
          isTold = true;
          await sleep(clock, posted.afterMs ?? backoffMs, signal);
          backoffMs = Math.min(backoffMs * 2, BACKOFF.mostMs);
      }
    }
    if (isTold) notice(`given up: ${name}`);
  }
}
