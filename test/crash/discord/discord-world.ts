import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connectControl } from "../../../gateway/control/client.ts";
import type { ControlClient } from "../../../gateway/control/client.ts";
import type { FakeDiscord, FakeDiscordOptions } from "../../fakes/discord/fake-discord.ts";
import { startFakeDiscord } from "../../fakes/discord/start-fake-discord.ts";
import { startCliLife } from "../cli-life.ts";
import type { CliLife } from "../cli-life.ts";
import { until } from "../crash-world.ts";
import { filesWith } from "../leaks.ts";

/** One Discord, one state directory, and the gateways that live and die on them: real processes of the command line. */
export interface DiscordWorld {
  readonly discord: FakeDiscord;
  readonly stateDir: string;
  readonly control: ControlClient;
  boot(): CliLife;
  /** The same, and waits until messages flow. */
  bootReady(): Promise<CliLife>;
  /** Of all gateways so far. */
  log(): string;
  /** Rejects when a token was written into a file, or a client did to Discord what is not allowed. */
  close(): Promise<void>;
}

export interface DiscordWorldOptions {
  /** YAML, further keys of the network. */
  readonly network?: string;
  readonly drainMs?: number;
  /** Who may talk to it besides those of the home server; ids are known when Discord is there. */
  readonly allow?: (discord: FakeDiscord) => readonly string[];
  readonly discord?: FakeDiscordOptions;
}

export async function createDiscordWorld(options: DiscordWorldOptions = {}): Promise<DiscordWorld> {
  const discord = await startFakeDiscord({ rateLimits: "off", ...options.discord });
  const directory = mkdtempSync(join(tmpdir(), "sluice-discord-"));
  const stateDir = join(directory, "state");
  const log = join(directory, "log.txt");
  writeFileSync(log, "");
  writeFileSync(
    join(directory, "config.yaml"),
    configuration(options, {
      stateDir,
      apiRoot: discord.api,
      allow: [discord.home.person.id, ...(options.allow?.(discord) ?? [])],
    }),
  );
  const { token } = discord;
  const lives = new Set<CliLife>();

  const world: DiscordWorld = {
    discord,
    stateDir,
    control: connectControl(join(stateDir, "control.sock")),
    boot() {
      const life = startCliLife({ directory, log, environment: { PLANTED_TOKEN: token } });
      lives.add(life);
      return life;
    },
    async bootReady() {
      const before = readiesIn(world.log());
      const life = world.boot();
      const story = (): string => `no messages flow\n${world.log().slice(-3000)}`;
      await until(() => life.hasEnded() || readiesIn(world.log()) > before, story);
      if (life.hasEnded()) throw new Error(story());
      return life;
    },
    log: () => readFileSync(log, "utf8"),
    async close() {
      await Promise.all([...lives].map((life) => life.end("SIGKILL")));
      await discord.close();
      const leaks = filesWith([token, token.split(".")[2] ?? token], directory);
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      const { misuse } = discord.records;
      if (leaks.length > 0) throw new Error(`a token was written into ${leaks.join(", ")}`);
      if (misuse.length > 0) throw new Error(`misuse: ${misuse.join(", ")}`);
    },
  };
  return world;
}

function readiesIn(log: string): number {
  return log.split('"at":"connected"').length;
}

function configuration(
  options: DiscordWorldOptions,
  place: { readonly stateDir: string; readonly apiRoot: string; readonly allow: readonly string[] },
): string {
  return `
stateDir: ${JSON.stringify(place.stateDir)}
log: { level: debug, format: json }
http: { port: null }
networks:
  discord:
    adapter: discord
    apiRoot: ${place.apiRoot}
    token: { env: PLANTED_TOKEN }
    allow: ${JSON.stringify(place.allow)}
    ${options.network ?? ""}
workers: { demo: { kind: demo, maxProcesses: 1, wordMs: 0 } }
turns: { checkpointMs: 50 }
drain: { timeoutMs: ${options.drainMs ?? 400}, deliveryMs: 2000 }
delivery: { attempts: 50, backoffMs: 20, streamMs: 0 }
notices: { perChatPerHour: 1000 }
crashLoop: { boots: 100, withinMs: 1000 }
`;
}
