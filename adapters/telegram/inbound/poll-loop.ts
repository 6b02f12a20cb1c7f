import { sleep } from "../../../sessions/clock.ts";
import type { Chance, Clock } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { Log } from "../../log.ts";
import { backOffMs } from "../back-off.ts";
import type { TelegramClient } from "../client.ts";
import { toFailure } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { tokenRefused } from "../link.ts";
import type { Link } from "../link.ts";
import type { Intake } from "./intake.ts";
import { pollOnce } from "./poll.ts";
import { updateIdOf } from "./update-shape.ts";

export interface PollLoopParts {
  readonly client: TelegramClient;
  readonly intake: Intake;
  readonly link: Link;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly about: { readonly network: string; readonly account: string };
  /** Ends the asking; what was answered by then is still stored, and confirmed. */
  readonly signal: AbortSignal;
}

const LIMIT = 100;
const TIMEOUT = 30;
const GRACE_MS = 10_000;
/** Long enough for another poller to come by, and short enough for people who wait. */
const CONTESTED_TIMEOUT = 5;
const CONTESTED_MS = 3_000;
const CONFIRM_MS = 2_000;
/** What was asked this long ago has arrived: it confirmed what was stored before. */
const ARRIVED_MS = 500;

/** Asks, stores, and only with the next asking confirms. Resolves when `signal` is aborted, or nothing can be had any more. */
export async function runPollLoop(parts: PollLoopParts): Promise<void> {
  const { client, intake, link, clock, chance, log, about, signal } = parts;
  /** What is below is stored. */
  let stored: number | null = null;
  let asked: number | null = null;
  let confirmed: number | null = null;
  let failures = 0;
  let conflicts = 0;
  let unstored = 0;

  while (!signal.aborted) {
    const updates = await ask();
    if (updates === "refused") return;
    if (updates !== null) await store(updates);
  }
  if (stored !== confirmed) await confirm();

  async function ask(): Promise<readonly unknown[] | "refused" | null> {
    asked = stored;
    const askedAt = clock.monotonic();
    try {
      const updates = await pollOnce(client, clock, {
        offset: stored,
        timeout: timeoutNow(),
        limit: LIMIT,
        graceMs: GRACE_MS,
        signal,
      });
      confirmed = asked;
      failures = 0;
      conflicts = 0;
      link.up();
      return updates;
    } catch (thrown) {
      if (signal.aborted) {
        if (clock.monotonic() - askedAt > ARRIVED_MS) confirmed = asked;
        return null;
      }
      const failure = toFailure(thrown, client);
      if (failure.kind === "revoked") {
        link.fail(tokenRefused(failure.reason));
        return "refused";
      }
      await recover(failure);
      return null;
    }
  }

  /** After an absence a short call tells at once that we are back, and replies need not wait for it. */
  function timeoutNow(): number {
    if (link.isUp) return TIMEOUT;
    return conflicts > 0 ? CONTESTED_TIMEOUT : 0;
  }

  async function recover(failure: Exclude<Failure, { kind: "revoked" }>): Promise<void> {
    const waitMs = waitFor(failure);
    // A rival takes updates, not the right to send: answers go on.
    link.down(reasonOf(failure), waitMs, failure.kind === "taken");
    if (failure.kind === "taken" && failure.by === "webhook") await takeBack();
    await sleep(clock, waitMs, signal);
  }

  function waitFor(failure: Exclude<Failure, { kind: "revoked" }>): number {
    switch (failure.kind) {
      case "limited":
        return failure.retryAfterMs;
      case "taken":
        conflicts += 1;
        return backOffMs(conflicts, chance, failure.by === "poller" ? CONTESTED_MS : undefined);
      case "unreachable":
        failures += 1;
        return backOffMs(failures, chance);
    }
  }

  /** Configured to ask: a webhook that is still set was left by an earlier configuration. Nothing is dropped. */
  async function takeBack(): Promise<void> {
    log.warn(about, "webhook removed: this gateway polls");
    await client.poll.deleteWebhook({ drop_pending_updates: false }).catch((thrown: unknown) => {
      log.warn({ ...about, error: toFailure(thrown, client).reason }, "webhook not removed");
    });
  }

  async function store(updates: readonly unknown[]): Promise<void> {
    try {
      await intake.take(updates);
      unstored = 0;
      stored = nextOffset(updates) ?? stored;
    } catch (thrown) {
      unstored += 1;
      const waitMs = backOffMs(unstored, chance);
      const found = { ...about, updates: updates.length, error: textOf(thrown), tries: unstored };
      log.warn(found, "updates not stored: telegram keeps them");
      await sleep(clock, waitMs, signal);
    }
  }

  /**
   * Best effort: what is not confirmed comes again, and is known. What this call brings stays unconfirmed. Asked twice
   * within 3 s for the same, Telegram confirms at once, but takes its time to say so.
   */
  async function confirm(): Promise<void> {
    await pollOnce(client, clock, {
      offset: stored,
      timeout: 0,
      limit: 1,
      graceMs: stored === asked ? ARRIVED_MS : CONFIRM_MS,
      signal: new AbortController().signal,
    }).catch((thrown: unknown) => {
      log.info({ ...about, error: toFailure(thrown, client).reason }, "last updates not confirmed");
    });
  }
}

function nextOffset(updates: readonly unknown[]): number | null {
  const last = updates.map(updateIdOf).findLast((id) => id !== null);
  return last === undefined || last === null ? null : last + 1;
}

function reasonOf(failure: Exclude<Failure, { kind: "revoked" }>): string {
  if (failure.kind !== "taken") return failure.reason;
  return failure.by === "webhook"
    ? "a webhook is set for this bot; it is being removed"
    : "another process polls this bot: another gateway, a test run or a webhook";
}
