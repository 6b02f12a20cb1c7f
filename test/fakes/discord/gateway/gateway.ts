import type { WebSocket } from "ws";

import type { GatewayFaults, ResumeRefusal } from "../faults.ts";
import type { Recorder } from "../recorder.ts";
import type { Host, ResumeRecord } from "../records.ts";
import { botSees } from "../world/permissions.ts";
import type { WorldEvent } from "../world/events.ts";
import type { World } from "../world/world.ts";
import { createConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { createEventQueue } from "./event-queue.ts";
import { createIdentifyBudget } from "./identify-budget.ts";
import { identifyFault, identifyShape, resumeShape } from "./identify.ts";
import { listen } from "./listener.ts";
import { createZlibPacker, plainPacker } from "./packer.ts";
import { greet } from "./ready.ts";
import { dispatch, missedAfter, replay } from "./session.ts";
import type { Session } from "./session.ts";

export interface GatewaySettings {
  readonly heartbeatIntervalMs: number;
  readonly sessionKeptMs: number;
  readonly replayLimit: number;
  readonly identifyBudget: { readonly total: number; readonly used: number };
  readonly maxConcurrency: number;
  readonly identifyEveryMs: number;
  readonly recommendedShards: number;
  readonly requiredShards: number;
  /** The token that is good now. */
  token(): string;
  /** Too many IDENTIFYs. */
  onBudgetSpent(): void;
}

export interface Gateway {
  readonly url: string;
  readonly resumeUrl: string;
  readonly faults: GatewayFaults;
  /** `GET /gateway/bot`. */
  info(): unknown;
  emit(event: WorldEvent): void;
  /** The token is worth nothing any more. */
  expelAll(): void;
  sessions(): readonly Session[];
  close(): Promise<void>;
}

/** Close codes after which a session is over. */
const ENDING = new Set([4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014]);
const CLIENT_ENDS = new Set([1000, 1001]);
const NEED_SESSION = new Set([3, 4, 8, 31]);

export async function startGateway(
  world: World,
  settings: GatewaySettings,
  recorder: Recorder,
): Promise<Gateway> {
  const { clock } = world;
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  const queue = createEventQueue(clock);
  const budget = createIdentifyBudget(clock, settings.identifyBudget);
  const refusals: ResumeRefusal[] = [];
  const lastIdentify = new Map<number, number>();
  let numbers = 0;
  let isSilent = false;
  let isDown = false;
  let resumeHost: GatewayFaults["resumeHost"] = "up";

  function welcome(socket: WebSocket, query: URLSearchParams, host: Host): void {
    numbers += 1;
    const connection = createConnection(socket, {
      world,
      number: numbers,
      host,
      packer: query.get("compress") === "zlib-stream" ? createZlibPacker() : plainPacker,
      heartbeatIntervalMs: settings.heartbeatIntervalMs,
      isSilent,
      onPayload: receive,
      onClosed: lose,
    });
    connections.add(connection);
    recorder.connections.push({ at: clock.now(), connection: numbers, host });
    if (query.get("v") !== "10") return connection.close(4012);
    if ((query.get("encoding") ?? "json") !== "json") return connection.close(4002);
    const trace = ['["fake"]'];
    connection.send({
      op: 10,
      d: { heartbeat_interval: settings.heartbeatIntervalMs, _trace: trace },
    });
  }

  function lose(
    connection: Connection,
    { by, code }: { readonly by: "client" | "server"; readonly code: number },
  ): void {
    connections.delete(connection);
    recorder.closes.push({ at: clock.now(), connection: connection.number, by, code });
    const { session } = connection;
    if (session === null || session.connection !== connection) return;
    detach(session);
    if (by === "client" ? CLIENT_ENDS.has(code) : ENDING.has(code)) sessions.delete(session.id);
  }

  function detach(session: Session): void {
    if (session.connection !== null) session.connection.session = null;
    session.connection = null;
    session.lostAt = clock.now();
  }

  function receive(
    connection: Connection,
    { op, d }: { readonly op: number; readonly d: unknown },
  ) {
    if (op === 1) return heartbeat(connection, d);
    if (op === 2) return identify(connection, d);
    if (op === 6) return resume(connection, d);
    if (!NEED_SESSION.has(op)) return connection.close(4001);
    if (connection.session === null) connection.close(4003);
  }

  function heartbeat(connection: Connection, sequence: unknown): void {
    if (sequence !== null && !Number.isInteger(sequence)) return connection.close(4002);
    const heard = sequence as number | null;
    recorder.heartbeats.push({ at: clock.now(), connection: connection.number, sequence: heard });
    const { session } = connection;
    if (session !== null && heard !== null && heard > session.sequence) {
      recorder.misuse.push(`heartbeat with ${heard}, and the session is at ${session.sequence}`);
    }
    connection.beat();
    if (faults.acksHeartbeats) connection.send({ op: 11, d: null });
  }

  function identify(connection: Connection, d: unknown): void {
    const { success, data } = identifyShape.safeParse(d);
    if (!success) return connection.close(4002);
    if (connection.session !== null) return connection.close(4005);
    const shard = data.shard ?? [0, 1];
    const record = (session: string | null): void => {
      const intents = typeof data.intents === "number" ? data.intents : Number.NaN;
      recorder.identifies.push({
        at: clock.now(),
        connection: connection.number,
        shard,
        intents,
        session,
      });
    };
    if (connection.host === "resume") recorder.misuse.push("IDENTIFY on the resume host");
    const fault =
      data.token === settings.token()
        ? identifyFault(data, world.granted, settings.requiredShards)
        : 4004;
    if (fault !== null) {
      record(null);
      return connection.close(fault);
    }
    if (isTooSoon(shard[0])) {
      record(null);
      return connection.send({ op: 9, d: false });
    }
    if (!budget.take()) {
      record(null);
      return settings.onBudgetSpent();
    }
    const session = greet(world, {
      intents: Number(data.intents),
      shard,
      connection,
      resumeUrl: resumeListener.url,
      dispatch: (to, event) => dispatch(to, event, settings.replayLimit),
    });
    sessions.set(session.id, session);
    record(session.id);
  }

  function isTooSoon(shard: number): boolean {
    const key = shard % settings.maxConcurrency;
    const last = lastIdentify.get(key);
    if (last !== undefined && clock.now() - last < settings.identifyEveryMs) return true;
    lastIdentify.set(key, clock.now());
    return false;
  }

  function resume(connection: Connection, d: unknown): void {
    const { success, data } = resumeShape.safeParse(d);
    if (!success) return connection.close(4002);
    if (connection.session !== null) return connection.close(4005);
    const { session_id: id, seq: sequence } = data;
    const record = (outcome: ResumeRecord["outcome"]): void =>
      void recorder.resumes.push({
        at: clock.now(),
        connection: connection.number,
        session: id,
        sequence,
        host: connection.host,
        outcome,
      });
    const closeWith = (code: number): void => {
      record({ kind: "closed", code });
      if (ENDING.has(code)) sessions.delete(id);
      connection.close(code);
    };
    const refuseWith = (isResumable: boolean): void => {
      record({ kind: "invalid_session", isResumable });
      if (!isResumable) sessions.delete(id);
      connection.send({ op: 9, d: isResumable });
    };

    if (data.token !== settings.token()) return closeWith(4004);
    const refusal = refusals.shift();
    if (refusal?.kind === "silence") return record({ kind: "silence" });
    if (refusal?.kind === "close") return closeWith(refusal.code);
    if (refusal?.kind === "invalid_session") return refuseWith(refusal.isResumable);
    const session = living(id);
    if (session === null) return refuseWith(false);
    if (connection.host === "main") recorder.misuse.push("RESUME on the main host");
    if (sequence > session.sequence || sequence < 0) return closeWith(4007);
    const missed = missedAfter(session, sequence);
    if (missed === null) return refuseWith(false);
    const { connection: before } = session;
    if (before !== null) {
      detach(session);
      before.close(4000);
    }
    session.connection = connection;
    connection.session = session;
    record({ kind: "resumed", replayed: missed.length });
    replay(session, missed);
  }

  function living(id: string): Session | null {
    const session = sessions.get(id);
    if (session === undefined) return null;
    const isOver =
      session.connection === null && clock.now() - session.lostAt > settings.sessionKeptMs;
    if (isOver) sessions.delete(id);
    return isOver ? null : session;
  }

  function emit({ t, guild, intents, channel, data }: WorldEvent): void {
    if (guild !== null && !guild.members.has(world.bot.id)) return;
    if (channel !== null && !botSees(world, channel)) return;
    for (const { id } of sessions.values()) {
      const session = living(id);
      if (session === null || !isOfShard(session, guild?.id ?? null)) continue;
      if (intents !== 0 && (session.intents & intents) === 0) continue;
      const d = data(session.viewer);
      queue.push(() => dispatch(session, { t, d }, settings.replayLimit));
    }
  }

  function setListeners(): void {
    mainListener.state = isDown ? "dead" : "up";
    resumeListener.state = isDown ? "dead" : resumeHost;
  }

  const closeAll = (code: number): void => {
    for (const connection of connections) connection.close(code);
  };
  const identified = (): readonly Connection[] =>
    [...connections].filter((connection) => connection.session !== null);

  const faults: GatewayFaults = {
    drop: () => closeAll(1006),
    close: closeAll,
    reconnect() {
      for (const connection of identified()) connection.send({ op: 7, d: null });
    },
    invalidate(isResumable) {
      for (const connection of identified()) {
        const { session } = connection;
        if (session === null) continue;
        detach(session);
        if (!isResumable) sessions.delete(session.id);
        connection.send({ op: 9, d: isResumable });
      }
    },
    requestHeartbeat() {
      for (const connection of connections) connection.send({ op: 1, d: null });
    },
    forgetSessions() {
      for (const session of sessions.values()) detach(session);
      sessions.clear();
    },
    refuseResume: (how) => void refusals.push(how),
    spendIdentifies: (count) => budget.spend(count),
    acksHeartbeats: true,
    get isSilent() {
      return isSilent;
    },
    set isSilent(silent) {
      isSilent = silent;
      for (const connection of connections) connection.setSilent(silent);
    },
    get isDown() {
      return isDown;
    },
    set isDown(down) {
      isDown = down;
      setListeners();
      if (down) closeAll(1006);
    },
    get resumeHost() {
      return resumeHost;
    },
    set resumeHost(state) {
      resumeHost = state;
      setListeners();
    },
    get delayMs() {
      return queue.delayMs;
    },
    set delayMs(ms) {
      queue.delayMs = ms;
    },
    get holdsEvents() {
      return queue.isHolding;
    },
    set holdsEvents(holds) {
      queue.isHolding = holds;
    },
  };

  const mainListener = await listen((socket, query) => welcome(socket, query, "main"));
  const resumeListener = await listen((socket, query) => welcome(socket, query, "resume"));

  return {
    url: mainListener.url,
    resumeUrl: resumeListener.url,
    faults,
    info: () => ({
      url: mainListener.url,
      shards: settings.recommendedShards,
      session_start_limit: { ...budget.state(), max_concurrency: settings.maxConcurrency },
    }),
    emit,
    expelAll() {
      closeAll(4004);
      sessions.clear();
    },
    sessions: () => [...sessions.keys()].flatMap((id) => living(id) ?? []),
    async close() {
      queue.close();
      closeAll(1006);
      await Promise.all([mainListener.close(), resumeListener.close()]);
    },
  };
}

/** DMs belong to shard 0. */
function isOfShard({ shard: [id, count] }: Session, guildId: string | null): boolean {
  return (guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count))) === id;
}
