import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import { connectChat, type ChatClient } from "../../cli/chat/client.ts";
import type { ShownMessage } from "../../cli/chat/shown.ts";
import { connectControl, type ControlClient } from "../../gateway/control/client.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

// Real processes share the machine with everything else that runs on it.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 20_000 });

/** What a condition may take on a busy machine. */
export const PATIENCE = { timeout: 10_000, interval: 20 };
export const never = new AbortController().signal;

/** One installation: a state directory, a configuration and a free port of its own. */
export interface House {
  readonly directory: string;
  readonly stateDir: string;
  readonly config: string;
  readonly port: number;
  readonly token: string;
  readonly control: ControlClient;
  chat(chat?: string, user?: string): ChatClient;
  /** A command that keeps running; `run` and `start` are awaited with `ready`. */
  spawn(words: readonly string[], environment?: Environment): Program;
  /** A command to its end. */
  cli(words: readonly string[], environment?: Environment): Promise<Ended>;
  /** `sluice run`, ready. */
  run(environment?: Environment): Promise<Program>;
  /** `sluice start` without a terminal, ready. */
  start(environment?: Environment): Promise<Program>;
  /** The boot that runs and is not `before`. */
  ready(before?: string | null): Promise<{ readonly boot: string; readonly pid: number }>;
  /** What the chat shows, the oldest first. */
  shown(chat?: string): Promise<readonly ShownMessage[]>;
  /** What the agent said in it, the oldest first. */
  said(chat?: string): Promise<readonly string[]>;
  /** Says it, and fails unless it is taken. */
  say(text: string, more?: { chat?: string; id?: string; user?: string }): Promise<string>;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

export interface Program {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  out(): string;
  err(): string;
  kill(signal: NodeJS.Signals): void;
}

/** `more`: YAML lines for the top of the configuration. */
export async function openHouse(
  more: readonly string[] = [],
  place: { readonly stateDir?: string; readonly network?: string } = {},
): Promise<House> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-e2e-"));
  const stateDir = place.stateDir ?? join(directory, "state");
  const config = join(directory, "config.yaml");
  const port = await freePort();
  const token = "token-of-this-house";
  const tokenFile = join(directory, "token");
  writeFileSync(tokenFile, `${token}\n`);
  const network = `adapter: local, port: ${port}, token: { file: ${tokenFile} }`;
  writeFileSync(
    config,
    [
      `stateDir: ${stateDir}`,
      `networks: { local: { ${network}${place.network ?? ""} } }`,
      "workers: { demo: { kind: demo, wordMs: 5 } }",
      "http: { port: null }",
      ...more,
      "",
    ].join("\n"),
  );
  const control = connectControl(join(stateDir, "control.sock"));
  const programs: Program[] = [];
  const chat = (name = "home", user = "you"): ChatClient =>
    connectChat({ url: `http://127.0.0.1:${port}`, token, chat: name, user });

  const house: House = {
    directory,
    stateDir,
    config,
    port,
    token,
    control,
    chat,
    spawn(words, environment = {}) {
      const program = spawnMain(directory, ["--config", config, ...words], environment);
      programs.push(program);
      return program;
    },
    cli: (words, environment) => house.spawn(words, environment).ended,
    async run(environment) {
      const program = house.spawn(["run"], environment);
      await readyOr(house, program);
      return program;
    },
    async start(environment) {
      const program = house.spawn(["start", "--no-chat"], environment);
      await readyOr(house, program);
      return program;
    },
    async ready(before = null) {
      let found = { boot: "", pid: 0 };
      await expect
        .poll(async () => {
          const status = await control.status().catch(() => null);
          if (status === null || status.phase !== "running" || status.boot === before) return false;
          found = { boot: status.boot, pid: status.pid };
          return true;
        }, PATIENCE)
        .toBe(true);
      return found;
    },
    async shown(name) {
      const { messages } = await chat(name).history({ after: null, limit: 1000, signal: never });
      return messages;
    },
    async said(name) {
      const messages = await house.shown(name);
      return messages.filter(({ from }) => from.kind === "agent").map(({ text }) => text);
    },
    async say(text, { chat: name, id, user } = {}) {
      const posted = await chat(name, user).say(text, { signal: never, ...(id && { id }) });
      if (posted.outcome !== "taken") throw new Error(`not taken: ${JSON.stringify(posted)}`);
      return posted.externalId;
    },
    async close() {
      // Supervisors first: what they started leaves with them, or is killed by the id that it tells.
      const { pid } = await control.status().catch(() => ({ pid: 0 }));
      for (const program of programs) program.kill("SIGKILL");
      if (pid !== 0 && isAlive(pid)) process.kill(pid, "SIGKILL");
      await Promise.all(programs.map((program) => program.ended));
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return house;
}

async function readyOr(house: House, program: Program): Promise<void> {
  const failed = program.ended.then(({ code, out, err }) => {
    throw new Error(`ended with ${code} before it was ready\n${out}\n${err}`);
  });
  await Promise.race([house.ready(), failed]);
  failed.catch(() => undefined);
}

/** The real command line in a real process, with nothing of this one's environment. */
function spawnMain(directory: string, words: readonly string[], environment: Environment): Program {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: directory,
    env: { HOME: directory, PATH: "/usr/bin:/bin", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) => {
    // Not "close": a gateway that outlives its killed supervisor holds the pipes open.
    child.on("exit", (code, signal) => setTimeout(() => resolve({ code, signal, out, err }), 20));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    out: () => out,
    err: () => err,
    kill: (signal) => void child.kill(signal),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
