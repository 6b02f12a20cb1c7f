import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { Scene } from "../../docs/setup/draw.ts";
import { startFakeTelegram } from "../fakes/telegram/start-fake-telegram.ts";

const run = promisify(execFile);
const PATIENCE_MS = 40_000;
const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
/** Where anybody may read it, wherever this checkout is. */
const PUBLIC = "/opt/sluice";
const NODE = `${PUBLIC}/node_modules/node/bin`;

export interface FirstAnswer {
  readonly scenes: readonly Scene[];
  /** From the first key to the answer. */
  readonly tookMs: number;
  readonly token: string;
  readonly home: string;
  /** `systemctl --user` of that person. */
  systemctl(...words: readonly string[]): Promise<string>;
  /** Nothing of it stays. */
  end(): Promise<void>;
}

/**
 * From nothing to a first answer, as a person would: a new user of a machine with systemd, in a terminal of theirs, and
 * a Telegram beside it. Only in a world of `world.sh`, as root. `end` also when it fails.
 */
export async function firstAnswer(user: string): Promise<FirstAnswer> {
  const ends: (() => Promise<unknown> | void)[] = [];
  const end = async (): Promise<void> => {
    for (const one of ends.splice(0).toReversed()) await one();
  };
  try {
    return { ...(await drive(user, ends)), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function drive(
  user: string,
  ends: (() => Promise<unknown> | void)[],
): Promise<Omit<FirstAnswer, "end">> {
  const fake = await startFakeTelegram({ pollBrakes: false, limits: "off" });
  ends.push(() => fake.stop());
  const bot = fake.bot({ username: "anns_sluice_bot" });
  const ann = fake.privateChat(fake.person("Ann"), bot);
  shareCheckout(ends);
  const person = await welcome(user, ends);
  writeFileSync(
    join(person.home, "bin", "sluice"),
    // The only thing that is not as at home: the Telegram that answers is not the real one.
    `#!/bin/sh\nword=$1; shift\n[ "$word" != init ] || set -- --api-root ${fake.url} "$@"\nexec node ${PUBLIC}/cli/main.ts "$word" "$@"\n`,
  );
  chmodSync(join(person.home, "bin", "sluice"), 0o755);
  const screen = await openScreen(person, ends);
  const scenes: Scene[] = [];
  const began = performance.now();
  const at = (): number => performance.now() - began;
  const keep = async (): Promise<void> =>
    void scenes.push({ kind: "terminal", at: at(), screen: await screen.shows(true) });
  const hear = async (count: number, what: RegExp): Promise<string> => {
    const text = (): string => ann.texts().slice(count).join("\n");
    await until(`the bot says ${String(what)}`, () => what.test(text()), text);
    scenes.push({ kind: "bot", at: at(), text: text() });
    return text();
  };
  const say = (text: string): void => {
    scenes.push({ kind: "person", at: at(), text });
    ann.say(text);
  };

  await screen.enter("sluice init");
  await screen.see(/Where do you want to talk/);
  await screen.press("Enter");
  await screen.see(/Token: the token that @BotFather/);
  await screen.enter(bot.token);
  await screen.see(/This is @anns_sluice_bot/);
  await screen.see(/Your id there/);
  await screen.press("Enter");
  await screen.see(/Who answers\?/);
  await screen.press("Enter");
  await screen.see(/Run it as a service of yours/);
  await screen.press("y");
  await screen.see(/sluice runs, and starts when you log in[^]*Now write to @anns_sluice_bot/);
  await screen.see(/\$ $/);
  await keep();
  say("hello?");
  const answer = await hear(0, /\/pair [A-Z0-9]{4}-[A-Z0-9]{4}/);
  const [, code = ""] = /\/pair ([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(answer) ?? [];
  await screen.enter("clear");
  await screen.see(/^\$ $/);
  await screen.enter(`sluice access approve ${code} --operator`);
  await screen.see(/as an operator[^]*\$ $/);
  await keep();
  const before = ann.texts().length;
  say("hello again");
  await hear(Math.max(before, 1), /hello again/);
  return {
    scenes,
    tookMs: at(),
    token: bot.token,
    home: person.home,
    systemctl: async (...words) =>
      (await run("systemctl", ["--user", ...words], person.as)).stdout.trim(),
  };
}

function shareCheckout(ends: (() => void)[]): void {
  mkdirSync(PUBLIC, { recursive: true });
  execFileSync("mount", ["--bind", CHECKOUT, PUBLIC]);
  ends.push(() => void execFileSync("umount", ["--lazy", PUBLIC]));
}

interface Person {
  readonly home: string;
  readonly as: { readonly uid: number; readonly gid: number; readonly env: NodeJS.ProcessEnv };
}

/** A new user who is logged in: with a systemd of their own. */
async function welcome(user: string, ends: (() => Promise<unknown> | void)[]): Promise<Person> {
  await run("useradd", ["--create-home", "--shell", "/bin/sh", user]);
  ends.push(() => run("userdel", ["--remove", user]));
  const [, , uid = "", gid = "", , home = ""] = (
    await run("getent", ["passwd", user])
  ).stdout.split(":");
  const runtime = `/run/user/${uid}`;
  await run("install", ["-d", "-o", uid, "-g", gid, "-m", "700", runtime, join(home, "bin")]);
  const manager = [`--unit=user-${user}`, "-p", `User=${user}`, "-p", "Type=notify"];
  const more = ["-p", "Delegate=yes", "-p", "KillMode=mixed", "-E", `XDG_RUNTIME_DIR=${runtime}`];
  await run("systemd-run", [...manager, ...more, "/lib/systemd/systemd", "--user"]);
  ends.push(() => run("systemctl", ["stop", `user-${user}`]));
  const env = {
    HOME: home,
    USER: user,
    XDG_RUNTIME_DIR: runtime,
    PATH: `${join(home, "bin")}:${NODE}:/usr/bin:/bin`,
    TERM: "screen-256color",
    LANG: "C.UTF-8",
    PS1: "$ ",
  };
  return { home, as: { uid: Number(uid), gid: Number(gid), env } };
}

interface Screen {
  shows(isColoured?: boolean): Promise<string>;
  press(key: string): Promise<void>;
  /** Types it, and Enter. */
  enter(text: string): Promise<void>;
  see(what: RegExp): Promise<void>;
}

async function openScreen(
  { home, as }: Person,
  ends: (() => Promise<unknown> | void)[],
): Promise<Screen> {
  const tmux = async (...words: readonly string[]): Promise<string> =>
    (
      await run("tmux", ["-S", join(home, "tmux"), "-f", "/dev/null", ...words], {
        ...as,
        cwd: home,
      })
    ).stdout;
  await tmux("-u", "new-session", "-d", "-x", "104", "-y", "50", "sh");
  ends.push(() => tmux("kill-server").catch(() => undefined));
  const shows = async (isColoured = false): Promise<string> =>
    (await tmux("capture-pane", ...(isColoured ? ["-e"] : []), "-p", "-t", "0")).trimEnd();
  const press = async (key: string): Promise<void> =>
    void (await tmux("send-keys", "-t", "0", key));
  await until("a shell asks", async () => (await shows()).endsWith("$"), shows);
  return {
    shows,
    press,
    async enter(text) {
      await tmux("send-keys", "-t", "0", "-l", text);
      await press("Enter");
    },
    see: (what) =>
      until(`the screen shows ${String(what)}`, async () => what.test(`${await shows()} `), shows),
  };
}

/** Rejects after a while, with what there is instead. */
async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  found: () => string | Promise<string>,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}; there is:\n${await found()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
