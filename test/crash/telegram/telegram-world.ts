import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connectControl } from "../../../gateway/control/client.ts";
import type { ControlClient } from "../../../gateway/control/client.ts";
import type {
  FakeBot,
  FakeChat,
  FakePerson,
  FakeTelegram,
  FakeTelegramOptions,
} from "../../fakes/telegram/fake-telegram.ts";
import { startFakeTelegram } from "../../fakes/telegram/start-fake-telegram.ts";

import { startCliLife } from "../cli-life.ts";
import type { CliLife } from "../cli-life.ts";
import { until } from "../crash-world.ts";
import { filesWith } from "../leaks.ts";
import type { Conversation } from "../verdict.ts";
import { freePort } from "./free-port.ts";
import { plantedToken, secretOf } from "./planted-token.ts";

/** One Telegram, one state directory, and the gateways that live and die on them: real processes of the command line. */
export interface TelegramWorld {
  readonly fake: FakeTelegram;
  /** The first of the bots. */
  readonly bot: FakeBot;
  readonly bots: readonly FakeBot[];
  readonly stateDir: string;
  readonly control: ControlClient;
  /** A person's private chat with a bot; a new person's, and with the first bot, unless told otherwise. */
  chat(name: string, of?: { readonly person?: FakePerson; readonly bot?: FakeBot }): FakeChat;
  /** All chats made by `chat`, as people see them. */
  conversations(): readonly Conversation[];
  boot(): CliLife;
  /** The same, and waits until it asks for updates or has set its webhook. */
  bootReady(): Promise<CliLife>;
  /** Of all gateways so far. */
  log(): string;
  /** Where a planted token is to be found: in what was logged, or in a file of the gateway. */
  leaks(): readonly string[];
  /** Rejects when a token leaked. */
  close(): Promise<void>;
}

export interface TelegramWorldOptions {
  readonly bots?: number;
  /** YAML, further keys of the network. */
  readonly network?: string;
  /** YAML, further keys at the top. */
  readonly top?: string;
  readonly wordMs?: number;
  readonly drainMs?: number;
  /** Telegram calls, instead of being asked. */
  readonly isWebhook?: boolean;
  readonly telegram?: FakeTelegramOptions;
}

export async function createTelegramWorld(
  options: TelegramWorldOptions = {},
): Promise<TelegramWorld> {
  const fake = await startFakeTelegram({
    limits: "off",
    allowHttpWebhooks: true,
    ...options.telegram,
  });
  const bots = Array.from({ length: options.bots ?? 1 }, (_, index) => {
    const id = 7_100_000_000 + index;
    return fake.bot({ id, username: `sluice_${index}_bot`, token: plantedToken(id) });
  });
  const [bot] = bots;
  if (bot === undefined) throw new Error("a world needs a bot");
  const directory = mkdtempSync(join(tmpdir(), "sluice-telegram-"));
  const stateDir = join(directory, "state");
  const log = join(directory, "log.txt");
  writeFileSync(log, "");
  writeFileSync(
    join(directory, "config.yaml"),
    configuration(options, {
      stateDir,
      apiRoot: fake.url,
      // Telegram calls the same one in every life.
      webhookPort: options.isWebhook === true ? await freePort() : null,
    }),
  );
  const environment = Object.fromEntries(
    bots.map(({ token }, index) => [`PLANTED_TOKEN_${index}`, token]),
  );
  const chats: { readonly name: string; readonly chat: FakeChat }[] = [];
  const lives = new Set<CliLife>();

  const world: TelegramWorld = {
    fake,
    bot,
    bots,
    stateDir,
    control: connectControl(join(stateDir, "control.sock")),
    chat(name, of = {}) {
      const chat = fake.privateChat(of.person ?? fake.person(name), of.bot ?? bot);
      chats.push({ name, chat });
      return chat;
    },
    conversations: () => chats.map(({ name, chat }) => ({ name, messages: chat.seen() })),
    boot() {
      const life = startCliLife({ directory, log, environment });
      lives.add(life);
      return life;
    },
    async bootReady() {
      const before = asked(fake);
      const life = world.boot();
      const story = (): string => `the gateway asks Telegram nothing\n${world.log().slice(-2000)}`;
      await until(() => life.hasEnded() || asked(fake) >= before + bots.length, story);
      if (life.hasEnded()) throw new Error(story());
      return life;
    },
    log: () => readFileSync(log, "utf8"),
    leaks: () =>
      filesWith(
        bots.flatMap(({ token }) => [token, secretOf(token)]),
        directory,
      ),
    async close() {
      await Promise.all([...lives].map((life) => life.end("SIGKILL")));
      await fake.stop();
      const leaks = world.leaks();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      if (leaks.length > 0) throw new Error(`a token was written into ${leaks.join(", ")}`);
    },
  };
  return world;
}

/** Calls that only a gateway which takes messages makes. */
function asked({ calls }: FakeTelegram): number {
  return calls.filter(({ method }) => method === "getupdates" || method === "getwebhookinfo")
    .length;
}

function configuration(
  options: TelegramWorldOptions,
  place: {
    readonly stateDir: string;
    readonly apiRoot: string;
    readonly webhookPort: number | null;
  },
): string {
  const { webhookPort: port } = place;
  const count = options.bots ?? 1;
  const account = (index: number): string => `{ token: { env: PLANTED_TOKEN_${index} } }`;
  const accounts = Array.from({ length: count }, (_, index) => `bot${index}: ${account(index)}`);
  return `
stateDir: ${JSON.stringify(place.stateDir)}
log: { level: debug, format: json }
http: { port: null }
networks:
  telegram:
    adapter: telegram
    apiRoot: ${place.apiRoot}
    accounts: { ${accounts.join(", ")} }
    allow: ["*"]
    ${port === null ? "" : `webhook: { url: "http://127.0.0.1:${port}" }`}
    ${options.network ?? "quote: always"}
workers: { demo: { kind: demo, maxProcesses: 1, wordMs: ${options.wordMs ?? 0} } }
turns: { checkpointMs: 50 }
drain: { timeoutMs: ${options.drainMs ?? 400}, deliveryMs: 2000 }
delivery: { attempts: 50, backoffMs: 20, streamMs: 0 }
notices: { perChatPerHour: 1000 }
crashLoop: { boots: 100, withinMs: 1000 }
${port === null ? "" : `webhooks: { port: ${port} }`}
${options.top ?? ""}
`;
}
