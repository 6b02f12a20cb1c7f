import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, it, vi } from "vitest";
import { programOnPath } from "../../cli/doctor/agents-on-path.ts";
import { startModelServer } from "../fakes/model-server/model-server.ts";
import { startFakeTelegram } from "../fakes/telegram/start-fake-telegram.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const run = promisify(execFile);
const PATIENCE = { timeout: 30_000, interval: 50 };
const WHOLE_MS = 120_000;
vi.setConfig({ testTimeout: WHOLE_MS + 10_000 });

const hasTmux = programOnPath("tmux", process.env["PATH"] ?? "") !== null;
const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A terminal with a shell in it, and nothing of this environment. */
interface Screen {
  shows(): Promise<string>;
  type(text: string): Promise<void>;
  press(key: string): Promise<void>;
  /** Until the screen shows it. */
  see(what: RegExp): Promise<void>;
}

async function openScreen(home: string): Promise<Screen> {
  // A server of its own, whose socket goes with the directory.
  const tmux = async (...words: string[]): Promise<string> =>
    (await run("tmux", ["-S", join(home, "tmux"), "-f", "/dev/null", ...words])).stdout;
  const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
  const shell = `env -i HOME=${home} PATH=${path} TERM=screen LANG=C.UTF-8 PS1='ready> ' sh`;
  await tmux("-u", "new-session", "-d", "-x", "160", "-y", "60", "-c", home, shell);
  ends.push(() => tmux("kill-server").catch(() => undefined));
  const shows = (): Promise<string> => tmux("capture-pane", "-p", "-t", "0");
  return {
    shows,
    type: async (text) => void (await tmux("send-keys", "-t", "0", "-l", text)),
    press: async (key) => void (await tmux("send-keys", "-t", "0", key)),
    see: (what) => expect.poll(shows, PATIENCE).toMatch(what),
  };
}

it.skipIf(!hasTmux)(
  "init in a terminal leads from nothing to a first answer within two minutes",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "sluice-init-"));
    ends.push(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    const fake = await startFakeTelegram({ pollBrakes: false, limits: "off" });
    ends.push(() => fake.stop());
    const bot = fake.bot({ username: "sluice_bot" });
    const ann = fake.privateChat(fake.person("Ann"), bot);
    const began = Date.now();
    const screen = await openScreen(home);

    await screen.type(`node ${MAIN} init --api-root ${fake.url}`);
    await screen.press("Enter");
    await screen.see(/Where do you want to talk/);
    await screen.press("Enter");
    await screen.see(/Token: the token that @BotFather/);
    await screen.type("123:wrong");
    await screen.press("Enter");
    await screen.see(/token refused/);
    await screen.type(bot.token);
    await screen.press("Enter");
    await screen.see(/This is @sluice_bot/);
    await screen.see(/Your id there/);
    await screen.press("Enter");
    await screen.see(/Who answers\?/);
    await screen.press("Enter");
    await screen.see(/wrote .*config\.yaml/);
    expect(await screen.shows()).not.toContain(bot.token);
    const file = join(home, ".config", "sluice", "config.yaml");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain("# @sluice_bot");

    await screen.type(`clear; node ${MAIN} start`);
    await screen.press("Enter");
    ann.say("hello?");
    await expect
      .poll(() => ann.texts().join("\n"), PATIENCE)
      .toMatch(/\/pair [A-Z0-9]{4}-[A-Z0-9]{4}/);
    const [, code = ""] = /\/pair ([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(ann.texts().join("\n")) ?? [];
    await screen.type(`/pair ${code} operator`);
    await screen.press("Enter");
    await screen.see(/Ann .*may now talk to me in telegram, as an operator/);
    ann.say("hello again");
    await expect.poll(() => ann.texts().slice(2).join("\n"), PATIENCE).toMatch(/hello again/);
    expect(Date.now() - began).toBeLessThan(WHOLE_MS);

    await screen.press("C-c");
    await screen.see(/^ready> ?$/m);
  },
);

it.skipIf(!hasTmux)(
  "a model that does not answer is told in init, and only what is wrong is asked again",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "sluice-init-"));
    ends.push(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    const server = await startModelServer({ key: "sk-right", models: ["small"] });
    ends.push(() => server.stop());
    const screen = await openScreen(home);
    const answer = async (question: RegExp, text: string): Promise<void> => {
      await screen.see(question);
      await screen.type(text);
      await screen.press("Enter");
    };

    await answer(/ready>/, `node ${MAIN} init`);
    await screen.see(/Where do you want to talk/);
    await screen.press("Up");
    await screen.press("Enter");
    await screen.see(/Who answers\?/);
    await screen.press("Up");
    await screen.press("Enter");
    await answer(/Address of the endpoint/, server.url);
    await answer(/Name of the model/, "large");
    await answer(/Its key/, "sk-wrong");
    await screen.see(/the key was refused/);
    await screen.see(/Write another key/);
    await screen.press("Enter");
    await answer(/Its key[^]*Its key/, "sk-right");
    await screen.see(/does not know the model/);
    await screen.see(/Write another name/);
    await screen.press("Enter");
    await answer(/Name of the model[^]*Name of the model/, "small");
    await screen.see(/small answers\./);
    await screen.see(/wrote .*config\.yaml/);
    expect(await screen.shows()).not.toMatch(/sk-right|sk-wrong/);
    const file = join(home, ".config", "sluice", "config.yaml");
    expect(readFileSync(file, "utf8")).toContain('model: "small"');
  },
);

it.skipIf(!hasTmux)("init that is left with Ctrl-C leaves nothing", async () => {
  const home = mkdtempSync(join(tmpdir(), "sluice-init-"));
  ends.push(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const screen = await openScreen(home);
  await screen.type(`node ${MAIN} init; echo "code $?"; ls -A .config`);
  await screen.press("Enter");
  await screen.see(/Where do you want to talk/);
  await screen.press("Enter");
  await screen.see(/Token: the token that @BotFather/);
  await screen.press("C-c");
  await screen.see(/left; nothing was written/);
  await screen.see(/code 1/);
  await screen.see(/\.config.*No such file/);
});
