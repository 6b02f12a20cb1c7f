import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { sleep } from "../../sessions/clock.ts";
import type { Clock } from "../../sessions/clock.ts";

/** How long a request that is still coming in may hold up the end. */
const LAST_REQUEST_MS = 2_000;

/** Requests that come from the gateway's own console, past the listener and its token: the console has let them in. */
export class InnerDoor {
  readonly #clock: Clock;
  readonly #admitted = new WeakSet<IncomingMessage>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hasAdmitted(incoming: IncomingMessage): boolean {
    return this.#admitted.has(incoming);
  }

  /** Resolves when it is answered, or when a stream that stays open has begun. */
  async admit(
    answer: (...request: Parameters<RequestListener>) => Promise<void>,
    [incoming, outgoing]: readonly [IncomingMessage, ServerResponse],
  ): Promise<void> {
    this.#admitted.add(incoming);
    const answered = answer(incoming, outgoing);
    this.#underWay.add(answered);
    await answered.finally(() => this.#underWay.delete(answered));
  }

  /** Resolves when what came this way is answered. */
  async close(): Promise<void> {
    const over = new AbortController();
    const answered = Promise.allSettled(this.#underWay).then(() => over.abort());
    await Promise.race([answered, sleep(this.#clock, LAST_REQUEST_MS, over.signal)]);
  }
}
