import { sleep } from "../../sessions/clock.ts";
import type { Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { ChatClient } from "./client.ts";
import type { ChatEvent } from "./shown.ts";

export type FollowedEvent =
  | ChatEvent
  /** Said once for each time the gateway is away; `live` says that it is back. */
  | { readonly kind: "away" };

export interface FollowOptions {
  /** Null = nothing old. */
  readonly after: number | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const BACKOFF = { firstMs: 100, mostMs: 2_000 };

/**
 * The events of a chat over as many connections as it takes, each message once. Ends when `signal` is aborted;
 * throws the `SluiceError` of a gateway that refuses.
 */
export async function* follow(
  client: Pick<ChatClient, "events">,
  { after, clock, signal }: FollowOptions,
): AsyncGenerator<FollowedEvent> {
  let position = after;
  let isAway = false;
  let backoffMs = BACKOFF.firstMs;
  while (!signal.aborted) {
    try {
      for await (const event of client.events({ after: position, signal })) {
        isAway = false;
        backoffMs = BACKOFF.firstMs;
        if (event.kind === "typing") {
          yield event;
          continue;
        }
        const isKnown = event.position !== null && position !== null && event.position <= position;
        if (event.position !== null) position = Math.max(position ?? 0, event.position);
        if (event.kind === "live" || !isKnown) yield event;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      if (thrown instanceof SluiceError) throw thrown;
    }
    if (signal.aborted) return;
    if (!isAway) yield { kind: "away" };
    isAway = true;
    await sleep(clock, backoffMs, signal);
    backoffMs = Math.min(backoffMs * 2, BACKOFF.mostMs);
  }
}
