import { CloseCodes, Encoding, WebSocketShard, WebSocketShardEvents } from "@discordjs/ws";
import type { FetchingStrategyOptions, SessionInfo } from "@discordjs/ws";

import type { Clock, Timer } from "../../../sessions/clock.ts";
import { textOf } from "../../../sessions/errors.ts";
import type { Arrival } from "./arrival.ts";
import { meaningOf } from "./close-meaning.ts";
import type { CloseMeaning } from "./close-meaning.ts";
import { guardFrames } from "./guard-frames.ts";
import { intents } from "./intents.ts";
import type { SessionRecord } from "./session-record.ts";

/** How the life of one socket ended. */
export interface LifeEnd {
  readonly meaning: CloseMeaning;
  readonly reason: string;
  /** How far it had come. */
  readonly reached: "nothing" | "hello" | "up";
  /** Nothing was heard although the socket seemed open. */
  readonly isSilence: boolean;
}

export interface Life {
  readonly ended: Promise<LifeEnd>;
  /** Ends it so that its session can be resumed. Resolves when the socket is closed. */
  close(reason: string): Promise<void>;
}

export interface LifeOptions {
  readonly shard: number;
  /** Null: a new session is begun. */
  readonly session: SessionRecord | null;
  readonly connect: Pick<FetchingStrategyOptions, "token" | "shardCount" | "gatewayInformation">;
  readonly clock: Clock;
  /** Called after HELLO and before IDENTIFY is sent; when it rejects, none is sent. */
  readonly beforeIdentify: (signal: AbortSignal) => Promise<void>;
  readonly onEvent: (arrival: Arrival) => void;
  /** READY or RESUMED. */
  readonly onUp: () => void;
}

/** Waiting for HELLO, and for READY or RESUMED or something replayed, ms. */
const SILENCE_MS = 15_000;
/** Of the library's own; a socket is never left in its handshake by then. */
const HANDSHAKE_MS = 10_000;
const INVALID_SESSION = "Invalid session";

/**
 * One socket of one shard, by the library's shard, which is used once: it would reconnect by itself, at
 * a pace and with a choice between RESUME and IDENTIFY of its own. Its `destroy` is where all its ends meet.
 */
export function startLife(options: LifeOptions): Life {
  const { clock, session, connect } = options;
  const { promise: ended, resolve } = Promise.withResolvers<LifeEnd>();
  let info = session === null ? null : toInfo(session, options);
  let reached: LifeEnd["reached"] = "nothing";
  let isClosed = false;
  let isOver = false;
  let tidied: Promise<void> | null = null;
  let watch: Timer = clock.timer(SILENCE_MS, silent);

  const shard = new WebSocketShard(
    {
      options: toStrategy(connect),
      retrieveSessionInfo: () => Promise.resolve(info),
      // Nulls come while it is destroyed; whether the session is over is decided elsewhere.
      updateSessionInfo: (_, next) => void (info = next ?? info),
      waitForIdentify: identify,
    },
    options.shard,
  );
  const destroy = shard.destroy.bind(shard);
  shard.destroy = ({ code, reason } = {}) => {
    const isInvalid = reason === INVALID_SESSION;
    end({
      meaning:
        isInvalid || code === undefined
          ? { next: isInvalid ? "identify" : "resume" }
          : meaningOf(code),
      reason: reason ?? `closed with ${code}`,
    });
    void tidy();
    return Promise.resolve();
  };
  guardFrames(shard, (thrown) =>
    end({ meaning: { next: "resume" }, reason: `cannot read what came: ${textOf(thrown)}` }),
  );
  shard
    .on(WebSocketShardEvents.Hello, () => {
      if (isOver) return void tidy();
      reached = "hello";
      // An IDENTIFY may have to wait for its turn; the watch begins when it is sent.
      if (session === null) watch.cancel();
      else heard();
    })
    .on(WebSocketShardEvents.Ready, up)
    .on(WebSocketShardEvents.Resumed, up)
    .on(WebSocketShardEvents.Closed, () => void (isClosed = true))
    .on(WebSocketShardEvents.Dispatch, ({ t: type, s: sequence, d: data }) => {
      if (reached !== "up" && !isOver) heard();
      if (info === null) return;
      options.onEvent({ session: { ...toRecord(info), sequence }, type, data });
    })
    // A listener each: without one the first throws, and the other says why a close came.
    .on(WebSocketShardEvents.Error, () => {})
    .on(WebSocketShardEvents.SocketError, (error) => {
      isClosed = true;
      end({ meaning: { next: "resume" }, reason: textOf(error) });
    });
  shard.connect().catch(() => {});

  function heard(): void {
    watch.cancel();
    watch = clock.timer(SILENCE_MS, silent);
  }

  function silent(): void {
    end({ meaning: { next: "resume" }, reason: "no answer for 15 s", isSilence: true });
  }

  function up(): void {
    watch.cancel();
    reached = "up";
    if (!isOver) options.onUp();
  }

  async function identify(_: number, signal: AbortSignal): Promise<void> {
    try {
      await options.beforeIdentify(signal);
    } catch (thrown) {
      end({ meaning: { next: "resume" }, reason: textOf(thrown) });
    }
    // The library identifies also when this rejects.
    if (isOver) return new Promise(() => {});
    heard();
  }

  function end(how: Pick<LifeEnd, "meaning" | "reason"> & { readonly isSilence?: boolean }): void {
    if (isOver) return;
    isOver = true;
    watch.cancel();
    resolve({ reached, isSilence: false, ...how });
    // A socket in its handshake cannot be let go of: the library takes its listeners off, and its error then has none.
    if (reached !== "nothing" || isClosed) void tidy();
  }

  function tidy(): Promise<void> {
    tidied ??= destroy({ code: CloseCodes.Resuming }).catch(() => {});
    return tidied;
  }

  return {
    ended,
    async close(reason) {
      end({ meaning: { next: "resume" }, reason });
      await tidied;
    },
  };
}

function toStrategy({
  token,
  shardCount,
  gatewayInformation,
}: LifeOptions["connect"]): FetchingStrategyOptions {
  return {
    token,
    intents: intents(),
    shardCount,
    gatewayInformation,
    compression: null,
    encoding: Encoding.JSON,
    handshakeTimeout: HANDSHAKE_MS,
    helloTimeout: SILENCE_MS,
    identifyProperties: { browser: "sluice", device: "sluice", os: process.platform },
    initialPresence: null,
    largeThreshold: null,
    // Watched from here, by our clock.
    readyTimeout: null,
    useIdentifyCompression: false,
    version: "10",
  };
}

function toInfo(session: SessionRecord, { shard }: LifeOptions): SessionInfo {
  const { id, resumeUrl, sequence, shards } = session;
  return { sessionId: id, resumeURL: resumeUrl, sequence, shardCount: shards, shardId: shard };
}

function toRecord({ sessionId, resumeURL, shardCount, sequence }: SessionInfo): SessionRecord {
  return { id: sessionId, resumeUrl: resumeURL, shards: shardCount, sequence };
}
