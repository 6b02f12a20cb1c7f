import type { Clock, Timer } from "../../../sessions/clock.ts";

import { BotError, badRequest, tooManyRequests } from "./bot-error.ts";
import type { QueuedUpdate, UpdateQueue } from "./update-queue.ts";
import { post } from "./webhook-post.ts";

/** Deliveries of one bot's updates to its webhook. */
export interface Webhook {
  readonly url: () => string;
  set(settings: WebhookSettings): "set" | "already";
  /** False when there was none. */
  remove(): boolean;
  info(): Readonly<Record<string, unknown>>;
  stop(): void;
}

export interface WebhookSettings {
  readonly url: string;
  readonly secret: string;
  readonly maxConnections: number;
}

export interface WebhookOptions {
  readonly allowHttp: boolean;
  readonly brakes: boolean;
}

/** Updates of one chat go one after the other; the first that fails holds up the others. */
interface Lane {
  busy: boolean;
  wakeAt: number;
  delayMs: number;
  fails: number;
}

const PORTS = new Set(["", "443", "80", "88", "8443"]);
const LONGEST_DELAY_MS = 60_000;
const ANSWER_WITHIN_MS = 60_000;

export function createWebhook(queue: UpdateQueue, clock: Clock, options: WebhookOptions): Webhook {
  let settings: WebhookSettings | null = null;
  let lanes = new Map<number, Lane>();
  let abort = new AbortController();
  let timer: Timer | null = null;
  let lastError: { at: number; message: string } | null = null;
  let nextSetAt = 0;

  function deliver(): void {
    timer?.cancel();
    timer = null;
    if (settings === null) return;
    const now = clock.monotonic();
    let free = settings.maxConnections - [...lanes.values()].filter((lane) => lane.busy).length;
    let wakeAt = Infinity;
    for (const entry of queue.entries()) {
      const lane = laneOf(entry.lane);
      if (lane.busy) continue;
      if (lane.wakeAt > now) wakeAt = Math.min(wakeAt, lane.wakeAt);
      else if (free > 0) {
        free -= 1;
        void send(entry, lane, { settings, signal: abort.signal });
      }
    }
    if (wakeAt < Infinity) timer = clock.timer(wakeAt - now, deliver);
  }

  function laneOf(key: number): Lane {
    const lane = lanes.get(key) ?? { busy: false, wakeAt: 0, delayMs: 1000, fails: 0 };
    lanes.set(key, lane);
    return lane;
  }

  async function send(
    entry: QueuedUpdate,
    lane: Lane,
    life: { settings: WebhookSettings; signal: AbortSignal },
  ): Promise<void> {
    lane.busy = true;
    const overdue = new AbortController();
    const deadline = clock.timer(ANSWER_WITHIN_MS, () => overdue.abort());
    const signal = AbortSignal.any([life.signal, overdue.signal]);
    const answer = await post(life.settings, { body: JSON.stringify(entry.update), signal });
    deadline.cancel();
    // A webhook that was removed in the meantime confirms nothing.
    if (life.signal.aborted) return;
    lane.busy = false;
    if (answer.error === null) {
      queue.forget(entry.id);
      Object.assign(lane, { wakeAt: 0, delayMs: 1000, fails: 0 });
    } else {
      lastError = { at: clock.now(), message: answer.error };
      hold(lane, answer.retryAfterMs);
    }
    deliver();
  }

  /** The first failure is tried again at once, the next ones ever later. */
  function hold(lane: Lane, retryAfterMs: number): void {
    let delayMs = retryAfterMs;
    if (delayMs === 0 && lane.fails > 0) {
      lane.delayMs = Math.min(lane.delayMs * 2, LONGEST_DELAY_MS);
      delayMs = lane.delayMs;
    }
    lane.fails += 1;
    lane.wakeAt = clock.monotonic() + delayMs;
  }

  function end(): void {
    abort.abort();
    timer?.cancel();
    timer = null;
    abort = new AbortController();
    lanes = new Map();
    settings = null;
  }

  queue.onPush(deliver);

  return {
    url: () => settings?.url ?? "",
    set(asked) {
      const now = clock.monotonic();
      if (options.brakes && now < nextSetAt) throw tooManyRequests(1);
      nextSetAt = now + 1000;
      checkUrl(asked.url, options);
      checkSecret(asked.secret);
      if (JSON.stringify(settings) === JSON.stringify(asked)) return "already";
      end();
      settings = asked;
      lastError = null;
      deliver();
      return "set";
    },
    remove() {
      const had = settings !== null;
      end();
      return had;
    },
    info: () => ({
      url: settings?.url ?? "",
      has_custom_certificate: false,
      pending_update_count: queue.entries().length,
      ...(lastError === null
        ? {}
        : {
            last_error_date: Math.floor(lastError.at / 1000),
            last_error_message: lastError.message,
          }),
      ...(settings === null
        ? {}
        : { max_connections: settings.maxConnections, ip_address: "127.0.0.1" }),
    }),
    stop: end,
  };
}

function checkUrl(text: string, { allowHttp }: WebhookOptions): void {
  if (!URL.canParse(text)) throw badRequest("invalid webhook URL specified");
  const { protocol, port } = new URL(text);
  if (allowHttp && protocol === "http:") return;
  if (protocol !== "https:") {
    throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  }
  if (!PORTS.has(port)) {
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
  }
}

function checkSecret(secret: string): void {
  if (secret.length > 256) throw new BotError(400, "Bad Request: secret token is too long");
  if (!/^[\w-]*$/.test(secret)) throw badRequest("secret token contains unallowed characters");
}
