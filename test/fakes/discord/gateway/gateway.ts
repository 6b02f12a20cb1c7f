import type { WebSocket } from "ws";

import type { GatewayFaults, ResumeRefusal } from "../faults.ts";
import type { Recorder } from "../recorder.ts";
import type { Host } from "../records.ts";
import type { WorldEvent } from "../world/events.ts";
import { botSees } from "../world/permissions.ts";
import type { World } from "../world/world.ts";
import { createConnection } from "./connection.ts";
import type { Connection, Payload } from "./connection.ts";
import { createEventQueue } from "./event-queue.ts";
import { gatewayFaults } from "./gateway-faults.ts";
import { createIdentifyBudget } from "./identify-budget.ts";
import { listen } from "./listener.ts";
import { createZlibPacker, plainPacker } from "./packer.ts";
import { ENDING, resume } from "./resume-session.ts";
import { createSessionStore } from "./session-store.ts";
import { dispatch } from "./session.ts";
import type { Session } from "./session.ts";
import { createIdentifier } from "./start-session.ts";

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

/** From the client, these end its session. */
const CLIENT_ENDS: ReadonlySet<number> = new Set([1000, 1001]);
/** Presence, voice state, members, soundboard: taken, and nothing comes of it. */
const NEED_SESSION: ReadonlySet<number> = new Set([3, 4, 8, 31]);

export async function startGateway(
  world: World,
  settings: GatewaySettings,
  recorder: Recorder,
): Promise<Gateway> {
  const { clock } = world;
  const sessions = createSessionStore(clock, settings.sessionKeptMs);
  const connections = new Set<Connection>();
  const queue = createEventQueue(clock);
  const budget = createIdentifyBudget(clock, settings.identifyBudget);
  const refusals: ResumeRefusal[] = [];
  let numbers = 0;

  function welcome(socket: WebSocket, query: URLSearchParams, host: Host): void {
    numbers += 1;
    const connection = createConnection(socket, {
      world,
      number: numbers,
      host,
      packer: query.get("compress") === "zlib-stream" ? createZlibPacker() : plainPacker,
      heartbeatIntervalMs: settings.heartbeatIntervalMs,
      isSilent: faults.isSilent,
      onPayload: receive,
      onClosed: lose,
    });
    connections.add(connection);
    recorder.connections.push({ at: clock.now(), connection: numbers, host });
    if (query.get("v") !== "10") return connection.close(4012);
    if ((query.get("encoding") ?? "json") !== "json") return connection.close(4002);
    const d = { heartbeat_interval: settings.heartbeatIntervalMs, _trace: ["fake"] };
    connection.send({ op: 10, d });
  }

  function lose(
    connection: Connection,
    { by, code }: { readonly by: "client" | "server"; readonly code: number },
  ): void {
    connections.delete(connection);
    recorder.closes.push({ at: clock.now(), connection: connection.number, by, code });
    const { session } = connection;
    if (session === null) return;
    sessions.detach(session);
    if (by === "client" ? CLIENT_ENDS.has(code) : ENDING.has(code)) sessions.end(session.id);
  }

  function receive(connection: Connection, { op, d }: Payload): void {
    if (op === 1) return heartbeat(connection, d);
    if (op === 2) return identify(connection, d);
    if (op === 6) return resume(resumeContext, connection, d);
    if (!NEED_SESSION.has(op)) return connection.close(4001);
    if (connection.session === null) connection.close(4003);
  }

  function heartbeat(connection: Connection, d: unknown): void {
    if (d !== null && typeof d !== "number") return connection.close(4002);
    recorder.heartbeats.push({ at: clock.now(), connection: connection.number, sequence: d });
    const { session } = connection;
    if (session !== null && d !== null && d > session.sequence) {
      recorder.misuse.push(`heartbeat with ${d}, and the session is at ${session.sequence}`);
    }
    connection.beat();
    if (faults.acksHeartbeats) connection.send({ op: 11, d: null });
  }

  function emit({ t, guild, intents, channel, data }: WorldEvent): void {
    if (guild !== null && !guild.members.has(world.bot.id)) return;
    if (channel !== null && !botSees(world, channel)) return;
    for (const session of sessions.all()) {
      if (!isOfShard(session, guild?.id ?? null)) continue;
      if (intents !== 0 && (session.intents & intents) === 0) continue;
      const d = data(session.viewer);
      queue.push(() => dispatch(session, { t, d }, settings.replayLimit));
    }
  }

  const main = await listen((socket, query) => welcome(socket, query, "main"));
  const other = await listen((socket, query) => welcome(socket, query, "resume"));
  const faults = gatewayFaults({
    connections,
    sessions,
    queue,
    budget,
    refusals,
    main,
    resume: other,
  });
  const resumeContext = { world, recorder, sessions, refusals, token: () => settings.token() };
  const identify = createIdentifier({
    world,
    settings,
    recorder,
    sessions,
    budget,
    resumeUrl: other.url,
  });

  return {
    url: main.url,
    resumeUrl: other.url,
    faults,
    info: () => ({
      url: main.url,
      shards: settings.recommendedShards,
      session_start_limit: { ...budget.state(), max_concurrency: settings.maxConcurrency },
    }),
    emit,
    expelAll() {
      faults.forgetSessions();
      faults.close(4004);
    },
    sessions: () => sessions.all(),
    async close() {
      queue.close();
      faults.drop();
      await Promise.all([main.close(), other.close()]);
    },
  };
}

/** DMs belong to shard 0. */
function isOfShard({ shard: [id, count] }: Session, guildId: string | null): boolean {
  return (guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count))) === id;
}
