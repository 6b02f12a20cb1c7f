import type { Clock } from "../../../sessions/clock.ts";
import { sleep } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { InboundMessage } from "../../../sessions/message.ts";
import type { KeyedWrite } from "../../../sessions/keyed-values.ts";
import type { Receipt } from "../../adapter.ts";
import type { Log } from "../../log.ts";
import { cursorWrite } from "../cursor-write.ts";
import type { Arrival } from "../gateway/arrival.ts";
import { sessionKey } from "../gateway/session-record.ts";
import type { SessionRecord } from "../gateway/session-record.ts";
import type { Backlog } from "./backlog.ts";
import type { Ledger, Mark } from "./ledger.ts";

/** What one event means for us. */
export interface Reading {
  readonly messages: readonly InboundMessage[];
  readonly marks: readonly Mark[];
  readonly writes: readonly KeyedWrite[];
  /** Called when it is stored, with a receipt for each message. */
  readonly stored?: (receipts: readonly Receipt[]) => void;
}

export const NOTHING: Reading = { messages: [], marks: [], writes: [] };

export interface Pump {
  push(arrival: Arrival): void;
  /** Resolves when few enough wait that more may come. */
  room(signal: AbortSignal): Promise<void>;
  /** What was looked for is found: the sequence may move on. */
  release(): void;
  /** Lets the store under way end. What waits is dropped: the session brings it again. */
  stop(): Promise<void>;
}

export interface PumpOptions {
  readonly shard: number;
  readonly ledger: Ledger;
  readonly backlog: Pick<Backlog, "isIdle">;
  readonly clock: Clock;
  readonly log: Log;
  /** Null: nothing stands before it. */
  hold(arrival: Arrival): Promise<void> | null;
  read(arrival: Arrival, signal: AbortSignal): Promise<Reading>;
  /** Discord waits for a word about it: it does not stand behind a message that is held. */
  isUrgent(arrival: Arrival): boolean;
  onUnreadable(): void;
  /** More wait than are good for us. */
  onFull(): void;
}

const BATCH = 100;
const MOST_WAITING = 5_000;
const LOOK_MS = 100;

/**
 * The events of one shard, strictly in order, into the store. The durable sequence is written with what the
 * events up to it became; the library would write it before they are handed over.
 */
export function startPump(options: PumpOptions): Pump {
  const { ledger, backlog, log, clock } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let waiting: Arrival[] = [];
  let position: SessionRecord | null = null;
  let written: SessionRecord | null = null;
  const ahead = new Map<Arrival, Promise<void>>();
  let isHolding = false;
  let running: Promise<void> | null = null;
  let isAgain = false;

  function wake(): void {
    if (signal.aborted) return;
    isAgain = true;
    running ??= run()
      .catch((thrown: unknown) => {
        if (!signal.aborted) log.error({ error: textOf(thrown) }, "events left unread");
      })
      .finally(() => {
        running = null;
        if (isAgain) wake();
      });
  }

  async function run(): Promise<void> {
    while (isAgain && !signal.aborted) {
      isAgain = false;
      // The library reads each frame in a promise of its own: what came together is put in order here.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = inOrder(waiting);
      waiting = [];
      await take(batch);
    }
  }

  async function take(batch: readonly Arrival[]): Promise<void> {
    let readings: Reading[] = [];
    const flush = async (): Promise<void> => {
      const ready = readings;
      readings = [];
      await store(ready);
    };
    for (const [at, arrival] of batch.entries()) {
      if (signal.aborted) return;
      const held = options.hold(arrival);
      if (held !== null) {
        await flush();
        isHolding = true;
        for (const later of [...batch.slice(at), ...waiting]) lift(later);
        await held;
        isHolding = false;
      }
      const lifted = ahead.get(arrival);
      if (lifted === undefined) readings.push(await read(arrival));
      else await lifted.finally(() => ahead.delete(arrival));
      position = arrival.session;
      if (readings.length >= BATCH) await flush();
    }
    await flush();
  }

  /** Stores it now. The sequence comes to it in its turn, so that a crash before brings it again. */
  function lift(arrival: Arrival): void {
    if (!options.isUrgent(arrival) || ahead.has(arrival)) return;
    const lifted = read(arrival).then(async (one) => {
      one.stored?.(await ledger.accept(one, signal));
    });
    lifted.catch(() => {});
    ahead.set(arrival, lifted);
  }

  async function read(arrival: Arrival): Promise<Reading> {
    try {
      return await options.read(arrival, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const { type, session } = arrival;
      log.error(
        { type, sequence: session.sequence, error: textOf(thrown) },
        "cannot read an event",
      );
      options.onUnreadable();
      return NOTHING;
    }
  }

  async function store(readings: readonly Reading[]): Promise<void> {
    const messages = readings.flatMap((one) => one.messages);
    const session = unwritten();
    const receipts = await ledger.accept(
      {
        messages,
        marks: readings.flatMap((one) => one.marks),
        writes: [
          ...readings.flatMap((one) => one.writes),
          ...(session === null ? [] : [cursorWrite(sessionKey(options.shard), session)]),
        ],
      },
      signal,
    );
    written = session ?? written;
    let at = 0;
    for (const one of readings) {
      one.stored?.(receipts.slice(at, at + one.messages.length));
      at += one.messages.length;
    }
  }

  /** Null: it is written, or has to wait. */
  function unwritten(): SessionRecord | null {
    return position !== written && backlog.isIdle() ? position : null;
  }

  return {
    push(arrival) {
      if (signal.aborted) return;
      waiting.push(arrival);
      if (isHolding) lift(arrival);
      if (waiting.length === MOST_WAITING) options.onFull();
      wake();
    },
    async room(aborted) {
      while (waiting.length >= BATCH && !aborted.aborted) await sleep(clock, LOOK_MS, aborted);
    },
    release: wake,
    async stop() {
      stopping.abort();
      await Promise.allSettled([running, ...ahead.values()]);
    },
  };
}

/** By sequence within a session; sessions as they followed. */
function inOrder(arrivals: readonly Arrival[]): readonly Arrival[] {
  const sessions = Map.groupBy(arrivals, ({ session }) => session.id);
  return [...sessions.values()].flatMap((all) =>
    all.toSorted((one, other) => one.session.sequence - other.session.sequence),
  );
}
