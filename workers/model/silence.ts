import type { Clock, Timer } from "../../sessions/clock.ts";

/** Watches how long an endpoint says nothing while it is listened to. */
export interface Silence {
  /** Aborted when it lasted too long. */
  readonly signal: AbortSignal;
  /** From now on somebody listens. */
  begin(): void;
  /** Bytes came. */
  heard(): void;
  /** Nobody listens for the moment. */
  rest(): void;
  /** Set when it lasted too long. */
  ranOut(): TooSilent | null;
  end(): void;
}

export class TooSilent extends Error {}

export function createSilence(options: {
  readonly clock: Clock;
  readonly firstByteMs: number;
  readonly chunkMs: number;
}): Silence {
  const { clock, firstByteMs, chunkMs } = options;
  const abort = new AbortController();
  let timer: Timer | null = null;
  let hasBegun = false;
  let ended: TooSilent | null = null;

  const rest = (): void => {
    timer?.cancel();
    timer = null;
  };
  const begin = (): void => {
    rest();
    timer = clock.timer(hasBegun ? chunkMs : firstByteMs, () => {
      const what = hasBegun
        ? "fell silent within its answer for"
        : "did not begin to answer within";
      ended = new TooSilent(`it ${what} ${(hasBegun ? chunkMs : firstByteMs) / 1000} s`);
      abort.abort(ended);
    });
  };

  return {
    signal: abort.signal,
    begin,
    heard: () => {
      hasBegun = true;
      if (timer !== null) begin();
    },
    rest,
    ranOut: () => ended,
    end: rest,
  };
}
