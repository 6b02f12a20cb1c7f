import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WRITTEN_BY } from "../../cli/service/unit-spec.ts";
import { startFakeDiscord } from "../fakes/discord/start-fake-discord.ts";
import { startFakeTelegram } from "../fakes/telegram/start-fake-telegram.ts";
import { makeDirectory, speak, startCli, type CliResult } from "./cli.ts";

let place: ReturnType<typeof makeDirectory>;
const after: (() => Promise<unknown> | void)[] = [];
beforeEach(() => (place = makeDirectory()));
afterEach(async () => {
  for (const end of after.splice(0).toReversed()) await end();
  place.remove();
});

const BASE = `http: { port: null }\n`;
const LOCAL = `local: { adapter: local, port: 0 }`;

function configure(networks: string, more = ""): void {
  writeFileSync(join(place.path, "config.yaml"), `${BASE}networks:\n  ${networks}\n${more}`);
}

function token(text: string): void {
  writeFileSync(join(place.path, "bot-token"), `${text}\n`);
}

async function doctor(): Promise<CliResult> {
  chmodSync(place.path, 0o700);
  return speak(place.path, ["doctor"]);
}

describe("the doctor", () => {
  it("says that all is well where it is, and changes nothing", async () => {
    configure(LOCAL);
    const { code, out } = await doctor();
    expect(out).toMatch(/^ok +gateway +does not run/m);
    expect(out).toMatch(/^ok +store +there is none/m);
    expect(out).toMatch(/^All is well\.$/m);
    expect(code).toBe(0);
  });

  it("tells a mistake of the configuration with its place, also in a file that is no YAML", async () => {
    configure(LOCAL, "turns: { atOnce: many }\n");
    const mistaken = await doctor();
    expect(mistaken.code).toBe(1);
    expect(mistaken.out).toMatch(/^fail +configuration +.*config\.yaml:4:18: turns\.atOnce/m);
    writeFileSync(join(place.path, "config.yaml"), "a: [\n");
    const broken = await doctor();
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/^fail +configuration +.*config\.yaml:\d+:\d+: broken YAML/m);
  });

  it("asks Telegram: the bot's name, privacy mode, webhook and clock; never printing the token", async () => {
    const fake = await startFakeTelegram({ allowHttpWebhooks: true });
    after.push(() => fake.stop());
    const bot = fake.bot({ username: "sluice_bot" });
    token(bot.token);
    configure(
      `telegram: { adapter: telegram, token: { file: bot-token }, apiRoot: "${fake.url}", groups: { "*": all } }`,
    );
    await fetch(`${fake.url}/bot${bot.token}/setWebhook?url=http://127.0.0.1:9/hidden-path`);
    const { code, out, err } = await doctor();
    expect(out).toMatch(/^ok +telegram\/main +token taken: @sluice_bot$/m);
    expect(out).toMatch(/^warn +telegram\/main +privacy mode: on.*\n.*→ .*\/setprivacy/m);
    expect(out).toMatch(/^warn +telegram\/main +webhook: set to 127\.0\.0\.1:9, and none/m);
    expect(out).toMatch(/^ok +clock +agrees with 127\.0\.0\.1/m);
    expect(code).toBe(0);
    expect(out + err).not.toContain(bot.token);
    expect(out + err).not.toContain("hidden-path");
    expect(fake.callsOf("getUpdates")).toEqual([]);
  });

  it("fails on a token that Telegram refuses, one that is none, and a network that is not there", async () => {
    const fake = await startFakeTelegram();
    const network = `telegram: { adapter: telegram, token: { file: bot-token }, apiRoot: "${fake.url}" }`;
    configure(network);
    token("123:planted-secret");
    const refused = await doctor();
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/^fail +telegram\/main +token refused: .*\n.*→ .*@BotFather/m);
    token("../planted-secret");
    const none = await doctor();
    expect(none.out).toMatch(/^fail +telegram\/main +this is no token/m);
    await fake.stop();
    token("123:planted-secret");
    const gone = await doctor();
    expect(gone.out).toMatch(/^fail +telegram\/main +cannot be reached: .*ECONNREFUSED/m);
    for (const { out, err } of [refused, none, gone]) {
      expect(out + err).not.toContain("planted-secret");
    }
  });

  it("asks Discord: the bot's name and its intent", async () => {
    const fake = await startFakeDiscord();
    after.push(() => fake.close());
    token(fake.token);
    configure(`discord: { adapter: discord, token: { file: bot-token }, apiRoot: "${fake.api}" }`);
    const good = await doctor();
    expect(good.out).toMatch(/^ok +discord\/main +token taken: sluice$/m);
    expect(good.out).toMatch(/^ok +discord\/main +message content intent: on$/m);
    expect(good.code).toBe(0);
    fake.setPrivilegedIntents({ messageContent: false, guildMembers: false, presences: false });
    const off = await doctor();
    expect(off.out).toMatch(/^fail +discord\/main +message content intent: off.*\n.*→ switch on/m);
    expect(off.code).toBe(1);
    const old = fake.token;
    fake.resetToken();
    const refused = await doctor();
    expect(refused.out).toMatch(/^fail +discord\/main +token refused \(401\)/m);
    for (const { out, err } of [good, off, refused]) expect(out + err).not.toContain(old);
  });

  it("finds a port that another program has", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    after.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    configure(`local: { adapter: local, port: ${port} }`);
    const { code, out } = await doctor();
    expect(out).toMatch(new RegExp(`^fail +port ${port} +taken by another program`, "m"));
    expect(code).toBe(1);
  });

  it("finds a damaged store, a directory that is open to others, and an agent that is not there", async () => {
    configure(LOCAL, "workers: { helper: { kind: acp, command: [no-such-agent] } }\n");
    const state = join(place.path, "state");
    mkdirSync(state, { mode: 0o755 });
    chmodSync(state, 0o755);
    writeFileSync(join(state, "sluice.sqlite"), "this is no store".repeat(1000));
    const { code, out } = await speak(place.path, ["--state-dir", state, "doctor"]);
    expect(out).toMatch(/^fail +store +.* is damaged/m);
    expect(out).toMatch(/^warn +state directory +.*open to others \(755\)/m);
    expect(out).toMatch(/^fail +worker helper +there is no program no-such-agent on the PATH/m);
    expect(code).toBe(1);
  });

  it("looks at each service that was installed, by whatever name, and leaves those of others alone", async () => {
    configure(LOCAL);
    const units = join(place.path, ".config", "systemd", "user");
    mkdirSync(units, { recursive: true });
    writeFileSync(join(units, "second.service"), `${WRITTEN_BY}\n[Service]\n`);
    writeFileSync(join(units, "foreign.service"), "[Service]\n");
    const programs = join(place.path, "programs");
    mkdirSync(programs);
    const answers = `#!/bin/sh
case "$*" in
  *--version*) echo "systemd 257 (257.1)" ;;
  *sluice.service*LoadState*) echo not-found ;;
  *LoadState*) echo loaded ;;
  *ActiveState*) echo failed ;;
  *TimeoutStopUSec*) echo 2s ;;
  *NeedDaemonReload*) echo no ;;
esac
`;
    writeFileSync(join(programs, "systemctl"), answers, { mode: 0o755 });
    chmodSync(place.path, 0o700);
    const PATH = `${programs}:/usr/bin:/bin`;
    const { out } = await startCli(place.path, ["doctor"], { PATH }).result;
    expect(out).toMatch(
      /^warn +second\.service \(--user\) +failed\n.*→ look: systemctl --user status second\.service/m,
    );
    expect(out).toMatch(/^warn +second\.service \(--user\) +systemd kills it 2 s after/m);
    expect(out).not.toMatch(/sluice\.service|foreign\.service/);
  });

  it("looks at a gateway that runs, without disturbing it", async () => {
    configure(LOCAL);
    chmodSync(place.path, 0o700);
    const gateway = startCli(place.path, ["run"]);
    after.push(async () => {
      gateway.kill("SIGTERM");
      await gateway.result;
    });
    await expect
      .poll(async () => (await speak(place.path, ["status"])).code, { timeout: 10_000 })
      .toBe(0);
    const { code, out } = await speak(place.path, ["doctor"]);
    expect(out).toMatch(/^ok +gateway +runs \(running\), process \d+/m);
    expect(out).toMatch(/^ok +store +whole, /m);
    expect(out).toMatch(/^ok +local\/main +the gateway is connected to it$/m);
    const json = await speak(place.path, ["doctor", "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({ ok: true });
    expect(code).toBe(0);
    expect((await speak(place.path, ["status"])).code).toBe(0);
  });
});
