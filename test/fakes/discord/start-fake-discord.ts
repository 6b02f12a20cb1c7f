import { realClock } from "../../../sessions/real-time.ts";
import type { FakeDiscord, FakeDiscordOptions } from "./fake-discord.ts";
import { startGateway } from "./gateway/gateway.ts";
import { peoplePlaces } from "./people-places.ts";
import { peopleTalk } from "./people-talk.ts";
import { createRecorder } from "./recorder.ts";
import type { Records } from "./records.ts";
import { REAL_LIMITS } from "./rest/rate-limits.ts";
import { startRest } from "./rest/server.ts";
import { seenIn, seenInteractions } from "./seen.ts";
import { createSnowflakes } from "./world/snowflake.ts";
import type { World } from "./world/world.ts";

const MINUTE = 60_000;

/** A Discord with a bot, a guild, a channel and a person. */
export async function startFakeDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const { clock = realClock, rateLimits = "real" } = options;
  const mint = createSnowflakes(clock);
  const bot = { id: mint(), name: "Sluice", isBot: true };
  const recorder = createRecorder();
  let tokens = 0;
  let token = newToken();

  function newToken(): string {
    tokens += 1;
    const id = Buffer.from(bot.id).toString("base64url");
    return `${id}.Gfake${tokens}.${"s3cret".repeat(6)}${tokens}`;
  }

  const world: World = {
    clock,
    mint,
    bot,
    cdn: "",
    fileUrlMs: options.fileUrlMs ?? 24 * 60 * MINUTE,
    interactionMs: options.interactionMs ?? { answer: 3_000, token: 15 * MINUTE },
    granted: options.privilegedIntents ?? {
      messageContent: true,
      guildMembers: true,
      presences: true,
    },
    people: new Map([[bot.id, bot]]),
    blockers: new Set(),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    files: new Map(),
    commands: new Map(),
    interactions: new Map(),
    emit: () => undefined,
  };

  function resetToken(): string {
    token = newToken();
    gateway.expelAll();
    return token;
  }

  const gateway = await startGateway(
    world,
    {
      heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
      sessionKeptMs: options.sessionKeptMs ?? 3 * MINUTE,
      replayLimit: options.replayLimit ?? 20_000,
      identifyBudget: options.identifyBudget ?? { total: 1_000, used: 0 },
      maxConcurrency: options.maxConcurrency ?? 1,
      identifyEveryMs: options.identifyEveryMs ?? 0,
      recommendedShards: options.recommendedShards ?? 1,
      requiredShards: options.requiredShards ?? 1,
      token: () => token,
      onBudgetSpent: () => void resetToken(),
    },
    recorder,
  );
  const rest = await startRest(
    world,
    {
      limits: {
        file: options.fileLimit ?? 10 * 1024 * 1024,
        nonceKeptMs: options.nonceKeptMs ?? 2 * MINUTE,
      },
      rateLimits: rateLimits === "real" ? REAL_LIMITS : rateLimits,
      token: () => token,
      gatewayUrl: gateway.url,
      gatewayInfo: () => gateway.info(),
    },
    recorder,
  );
  world.cdn = rest.origin;
  world.emit = gateway.emit;

  const records: Records = {
    ...recorder,
    get invalidRequests() {
      return recorder.invalidRequests;
    },
    get sessions() {
      return gateway.sessions().map(({ id, shard, intents, sequence, connection }) => ({
        id,
        shard,
        intents,
        sequence,
        isConnected: connection !== null,
      }));
    },
    get deliveredSequence() {
      return gateway.sessions().at(-1)?.delivered ?? 0;
    },
  };

  const people = { ...peoplePlaces(world), ...peopleTalk(world) };
  const person = people.person("Ada");
  const guild = people.guild({ name: "Home", owner: person });
  const channel = people.channel(guild, { name: "general" });

  return {
    api: `${rest.origin}/api`,
    gatewayUrl: gateway.url,
    resumeGatewayUrl: gateway.resumeUrl,
    get token() {
      return token;
    },
    applicationId: bot.id,
    bot,
    home: { guild, channel, person },
    people,
    faults: { rest: rest.faults, gateway: gateway.faults },
    records,
    seen: (id) => seenIn(world, id),
    interactions: () => seenInteractions(world),
    resetToken,
    setPrivilegedIntents(granted) {
      world.granted = granted;
    },
    async close() {
      await Promise.all([gateway.close(), rest.close()]);
    },
  };
}
