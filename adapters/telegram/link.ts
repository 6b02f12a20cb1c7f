import type { Clock, Timer } from "../../sessions/clock.ts";
import type { AdapterHost } from "../adapter.ts";
import type { Log } from "../log.ts";

/** Whether we are in touch with Telegram, as far as the gateway and its log are told. */
export interface Link {
  readonly isUp: boolean;
  /** Resolves when it is known for the first time; a refusal is for a person to mend. */
  readonly first: Promise<"up" | "down" | Refusal>;
  up(): void;
  /** `inMs`: until the next try. `canSend`: Telegram answers; only updates are not to be had. */
  down(reason: string, inMs: number, canSend?: boolean): void;
  /** A person must mend it; nothing is tried again. */
  fail(why: Refusal): void;
  /** We left. */
  end(): void;
}

export interface Refusal {
  readonly reason: string;
  readonly advice: string;
}

export interface LinkParts {
  readonly host: Pick<AdapterHost, "state">;
  readonly clock: Clock;
  readonly log: Log;
  /** Which bot, for the log. */
  readonly about: { readonly network: string; readonly account: string };
}

/** An outage this long is an error, once. */
const LONG_MS = 120_000;

/** Telegram does not know the bot, by what it answered. */
export function tokenRefused(answer: string): Refusal {
  return {
    reason: `token refused: ${answer}`,
    advice: "check the bot's token; @BotFather shows the one that counts",
  };
}

export function createLink({ host, clock, log, about }: LinkParts): Link {
  let at: "new" | "up" | "down" | "failed" | "ended" = "new";
  let reasonNow = "";
  let long: Timer | null = null;
  const { promise: first, resolve } = Promise.withResolvers<"up" | "down" | Refusal>();

  function settle(next: typeof at): void {
    long?.cancel();
    long = null;
    at = next;
  }

  return {
    first,
    get isUp() {
      return at === "up";
    },
    up() {
      if (at === "up" || at === "failed" || at === "ended") return;
      settle("up");
      resolve("up");
      host.state({ at: "connected" });
    },
    down(reason, inMs, canSend = false) {
      if (at === "failed" || at === "ended") return;
      reasonNow = reason;
      resolve("down");
      if (at !== "down") {
        settle("down");
        long = clock.timer(LONG_MS, () => {
          log.error({ ...about, reason: reasonNow }, "telegram not reached for two minutes");
        });
      }
      host.state({ at: "retrying", reason, inMs: Math.round(inMs), ...(canSend && { canSend }) });
    },
    fail(why) {
      if (at === "failed" || at === "ended") return;
      settle("failed");
      resolve(why);
      log.error({ ...about, ...why }, "telegram cannot be used");
      host.state({ at: "failed", ...why });
    },
    end() {
      if (at === "ended") return;
      settle("ended");
      host.state({ at: "disconnected" });
    },
  };
}
