import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFakeDiscord } from "../fakes/discord/start-fake-discord.ts";
import { startModelServer } from "../fakes/model-server/model-server.ts";
import { startFakeTelegram } from "../fakes/telegram/start-fake-telegram.ts";
import { makeDirectory, startCli, type CliResult } from "./cli.ts";

let place: ReturnType<typeof makeDirectory>;
const after: (() => Promise<unknown>)[] = [];
beforeEach(() => (place = makeDirectory()));
afterEach(async () => {
  for (const end of after.splice(0)) await end();
  place.remove();
});

const FILE = [".config", "sluice", "config.yaml"];
const home = (...parts: string[]): string => join(place.path, ...parts);
const read = (...parts: string[]): string => readFileSync(home(...parts), "utf8");
const modeOf = (...parts: string[]): number => statSync(home(...parts)).mode & 0o777;

/** Not `speak`: what it takes from the environment is the point. */
function init(words: string[], environment: Record<string, string> = {}): Promise<CliResult> {
  return startCli(place.path, ["init", ...words], environment).result;
}

describe("init --yes", () => {
  it("writes a configuration that holds, the token apart from it, both for their owner alone", async () => {
    const fake = await startFakeTelegram();
    after.push(() => fake.stop());
    const bot = fake.bot({ username: "sluice_bot" });
    const words = ["--yes", "--operator", "42", "--api-root", fake.url];
    const { code, out, err } = await init(words, { TELEGRAM_BOT_TOKEN: bot.token });
    expect(err).toContain("This is @sluice_bot.");
    expect(code).toBe(0);
    expect(read(".config", "sluice", "telegram-token")).toBe(`${bot.token}\n`);
    expect(modeOf(...FILE)).toBe(0o600);
    expect(modeOf(".config", "sluice", "telegram-token")).toBe(0o600);
    expect(modeOf(".config", "sluice")).toBe(0o700);
    const text = read(...FILE);
    expect(text).toContain("token: { file: telegram-token }");
    expect(text).toContain('operators: ["42"]');
    expect(text + out + err).not.toContain(bot.token);
    const check = await startCli(place.path, ["config", "check"]).result;
    expect(check).toMatchObject({ code: 0 });
    const show = await startCli(place.path, ["config", "show"]).result;
    expect(show.out).toMatch(/telegram:\n +adapter: telegram/);
  });

  it("tells how a Discord bot is invited, and that its intent is off", async () => {
    const fake = await startFakeDiscord();
    after.push(() => fake.close());
    fake.setPrivilegedIntents({ messageContent: false, guildMembers: false, presences: false });
    const words = ["--yes", "--dry-run", "--api-root", fake.api];
    const { code, out, err } = await init(words, { DISCORD_BOT_TOKEN: fake.token });
    expect(code).toBe(0);
    expect(err).toContain(`oauth2/authorize?client_id=${fake.applicationId}&`);
    expect(err).toContain("message content intent: off");
    expect(out).toContain("adapter: discord");
    expect(existsSync(home(...FILE))).toBe(false);
  });

  it("says why in one sentence and writes nothing: a refused token, no network, no token, no such agent", async () => {
    const fake = await startFakeTelegram();
    const environment = { TELEGRAM_BOT_TOKEN: "123:planted-secret" };
    const root = ["--api-root", fake.url];
    const refused = await init(["--yes", ...root], environment);
    await fake.stop();
    const gone = await init(["--yes", ...root], environment);
    const none = await init(["--yes", "--network", "discord"]);
    const file = await init(["--yes", "--network", "telegram", "--token-file", "nowhere"]);
    const agent = await init(["--yes", "--agent", "claude"], { PATH: "/nowhere" });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toMatch(
      /^sluice: Cannot use this bot on telegram \(.*401.*@BotFather.*\n$/,
    );
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.err).toMatch(/^sluice: Cannot reach telegram .*--no-check; nothing was written\n$/);
    expect(none).toMatchObject({ code: 2 });
    expect(none.err).toBe(
      "sluice: There is no token: set DISCORD_BOT_TOKEN, or give --token-file\n",
    );
    expect(file).toMatchObject({ code: 2 });
    expect(file.err).toMatch(/^sluice: Cannot read the token from .*nowhere .*\n$/);
    expect(agent).toMatchObject({ code: 2 });
    expect(agent.err).toMatch(/^sluice: There is no claude on the PATH: .*\n$/);
    for (const { out, err } of [refused, gone]) expect(out + err).not.toContain("planted-secret");
    expect(readdirSync(place.path)).toEqual([]);
  });

  it("replaces nothing unless it is told to, and then keeps the old", async () => {
    const first = await init(["--yes", "--network", "local"]);
    expect(first).toMatchObject({ code: 0 });
    const before = read(...FILE);
    const model = ["--yes", "--agent", "model", "--base-url", "http://127.0.0.1:9/v1"];
    const words = [...model, "--model", 'odd: "name" #1', "--no-check"];
    const kept = await init(words, { MODEL_API_KEY: "sk-planted" });
    expect(kept).toMatchObject({ code: 2 });
    expect(kept.err).toContain("is there already");
    expect(read(...FILE)).toBe(before);
    expect(readdirSync(home(".config", "sluice"))).toEqual(["config.yaml"]);
    const replaced = await init([...words, "--replace"], { MODEL_API_KEY: "sk-planted" });
    expect(replaced).toMatchObject({ code: 0 });
    expect(read(".config", "sluice", "config.yaml.old")).toBe(before);
    expect(read(...FILE)).not.toContain("sk-planted");
    expect(read(".config", "sluice", "model-key")).toBe("sk-planted\n");
    const show = await startCli(place.path, ["config", "show", "--json"]).result;
    expect(JSON.parse(show.out)).toMatchObject({ workers: { model: { model: 'odd: "name" #1' } } });
  });

  it("asks a model for a word, and says why there is none: its key, its name, its address", async () => {
    const server = await startModelServer({ key: "sk-planted", models: ["small"] });
    after.push(() => server.stop());
    const ask = (model: string, key: string): Promise<CliResult> => {
      const words = ["--yes", "--agent", "model", "--base-url", server.url, "--model", model];
      return init(words, { MODEL_API_KEY: key });
    };
    const wrongKey = await ask("small", "sk-mistaken");
    const wrongName = await ask("large", "sk-planted");
    expect(wrongKey.err).toMatch(
      /^sluice: Cannot get an answer from small .*the key was refused \(401.*copy the key again.*nothing was written\n$/,
    );
    expect(wrongName.err).toMatch(
      /^sluice: Cannot get an answer from large .*does not know the model.*nothing was written\n$/,
    );
    for (const { code, out, err } of [wrongKey, wrongName]) {
      expect(code).toBe(1);
      expect(out + err).not.toMatch(/sk-planted|sk-mistaken/);
    }
    expect(readdirSync(place.path)).toEqual([]);
    const well = await ask("small", "sk-planted");
    expect(well).toMatchObject({ code: 0 });
    expect(well.err).toContain("small answers.");
    await server.stop();
    const gone = await ask("small", "sk-planted");
    expect(gone.err).toMatch(/nothing listens there\): see that it runs/);
  });

  it("takes an agent that is on the PATH, with its key by name", async () => {
    mkdirSync(home("bin"));
    writeFileSync(home("bin", "claude"), "#!/bin/sh\necho 9.9\n");
    chmodSync(home("bin", "claude"), 0o755);
    const environment = { PATH: home("bin"), ANTHROPIC_API_KEY: "sk-planted" };
    const { code, out } = await init(["--yes", "--agent", "claude", "--dry-run"], environment);
    expect(code).toBe(0);
    expect(out).toMatch(/command: \["npx","--yes","@agentclientprotocol\/claude-agent-acp@/);
    expect(out).toContain("passEnvironment: [ANTHROPIC_API_KEY]");
    expect(out).not.toContain("sk-planted");
  });

  it("leaves nothing half where it may not write", async () => {
    writeFileSync(home("a-file"), "");
    const words = ["--yes", "--network", "local", "--config", "a-file/config.yaml"];
    const { code, err } = await init(words);
    expect(code).toBe(78);
    expect(err).toMatch(
      /^sluice: Cannot write .*a-file\/config\.yaml \(.*nothing was written.*\n$/,
    );
    // The configuration cannot take its place: its token is not left behind.
    mkdirSync(home("taken", "config.yaml.new"), { recursive: true });
    const bot = ["--yes", "--network", "telegram", "--no-check", "--config", "taken/config.yaml"];
    const half = await init(bot, { TELEGRAM_BOT_TOKEN: "1:abc" });
    expect(half).toMatchObject({ code: 78 });
    expect(readdirSync(home("taken"))).toEqual(["config.yaml.new"]);
  });

  it("without a terminal and without --yes asks nobody, and says so", async () => {
    const { code, err } = await init([]);
    expect(code).toBe(2);
    expect(err).toMatch(/^sluice: init asks questions, and this is no terminal: give --yes/);
    expect(readdirSync(place.path)).toEqual([]);
  });
});
