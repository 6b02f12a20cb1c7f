import { spawn } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { Step } from "../../gateway/probe.ts";
import { createChatServer } from "../fakes/chat-server.ts";
import type { ChatServer } from "../fakes/chat-server.ts";
import type { UnderTest } from "./gateway-under-test.ts";
import { promisesOf } from "./promises.ts";
import { readJournal } from "./journal.ts";
import { verdictOf } from "./oracle.ts";
import type { Verdict } from "./oracle.ts";

/** One chat network and one state directory, and the gateways that live and die on them. */
export interface CrashWorld {
  readonly chat: ChatServer;
  readonly stateDir: string;
  boot(how?: BootOptions): Promise<Life>;
  /** Resolves when all that was said is acknowledged and told about. */
  settle(): Promise<void>;
  isSettled(): boolean;
  /** Settles, says one more thing in each chat, stops cleanly, and judges everything. */
  judge(life: Life): Promise<Verdict>;
  /** Of all gateways so far. */
  log(): string;
  clearLog(): void;
  /** What the network saw, and the end of the gateways' log, for who must find out why. */
  story(): string;
  close(): Promise<void>;
}

export interface BootOptions {
  readonly kill?: { readonly step: Step; readonly nth: number };
  readonly clockOffsetMs?: number;
  readonly pragmas?: readonly string[];
}

/** One process. */
export interface Life {
  /** Resolves when messages flow, or it has ended. */
  readonly ready: Promise<void>;
  readonly ended: Promise<LifeEnd>;
  hasEnded(): boolean;
  signal(signal: NodeJS.Signals): void;
}

export interface LifeEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CrashWorldOptions {
  readonly isIdempotent?: boolean;
  readonly keepsCursor?: boolean;
  readonly drainMs?: number;
  readonly network?: string;
  readonly cutsToSuspend?: number;
  readonly transcriptsMs?: number;
}

const PROGRAM = fileURLToPath(new URL("gateway-under-test.ts", import.meta.url));
const COMPILED = join(tmpdir(), "sluice-crash-compiled");
const TEXT_LIMIT = 1000;
const LINE_LIMIT = 300;
const DEADLINE_MS = 40_000;

export async function createCrashWorld(options: CrashWorldOptions = {}): Promise<CrashWorld> {
  const isIdempotent = options.isIdempotent ?? false;
  const stateDir = mkdtempSync(join(tmpdir(), "sluice-crash-"));
  const configuration = join(stateDir, "config.yaml");
  const log = join(stateDir, "log.txt");
  writeFileSync(configuration, configurationText(stateDir, options));
  const chat = await createChatServer({ isIdempotent, textLimit: TEXT_LIMIT });
  const lives = new Set<Life>();

  async function boot(how: BootOptions = {}): Promise<Life> {
    const told: UnderTest = {
      configuration,
      chat: {
        url: chat.url,
        // The settings are those of the local chat of this name; the account tells the two apart.
        network: "chat",
        account: "far",
        textLimit: TEXT_LIMIT,
        idempotentForMs: isIdempotent ? 60 * 60_000 : 0,
        keepsCursor: options.keepsCursor ?? false,
      },
      kill: how.kill ?? null,
      clockOffsetMs: how.clockOffsetMs ?? 0,
      pragmas: how.pragmas ?? [],
    };
    const life = startLife(told, { log, chat });
    chat.record({ kind: "gateway", what: "booted", how: JSON.stringify(how) });
    lives.add(life);
    void life.ended.then(() => lives.delete(life));
    return life;
  }

  function isSettled(): boolean {
    return promisesOf(chat.history).every((one) => one.isTold);
  }

  async function settle(): Promise<void> {
    await until(isSettled, () => {
      const open = promisesOf(chat.history).filter((one) => !one.isTold);
      return `not told about: ${open.map(({ id, text }) => `${id} (${text})`).join(", ")}`;
    });
  }

  const world: CrashWorld = {
    chat,
    stateDir,
    boot,
    settle,
    isSettled,
    async judge(life) {
      await settle();
      const chats = new Set(chat.history.flatMap((one) => (one.kind === "said" ? [one.chat] : [])));
      for (const [index, name] of [...chats].entries()) chat.say(name, `echo next-${index}`);
      await settle();
      life.signal("SIGTERM");
      await life.ended;
      return verdictOf(chat.history, { journal: readJournal(stateDir) });
    },
    log: () => readFileSync(log, "utf8"),
    clearLog: () => truncateSync(log),
    story: () =>
      [...chat.history.map((event) => JSON.stringify(event)), ...world.log().split("\n").slice(-60)]
        .map((line) => line.slice(0, LINE_LIMIT))
        .join("\n"),
    async close() {
      const ends = [...lives].map((life) => life.ended);
      for (const life of lives) life.signal("SIGKILL");
      await Promise.all(ends);
      await chat.close();
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return world;
}

function startLife(told: UnderTest, { log, chat }: { log: string; chat: ChatServer }): Life {
  const output = openSync(log, "a");
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(told)], {
    stdio: ["ignore", output, output, "pipe"],
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: COMPILED },
  });
  closeSync(output);
  let end: LifeEnd | null = null;
  const ended = new Promise<LifeEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      end = { code, signal };
      chat.record({ kind: "gateway", what: "ended", how: signal ?? `exit code ${code}` });
      resolve(end);
    });
  });
  const flows = new Promise<void>((resolve) => {
    child.stdio[3]?.once("data", () => resolve());
  });
  return {
    ready: Promise.race([flows, ended.then(() => undefined)]),
    ended,
    hasEnded: () => end !== null,
    signal: (signal) => {
      if (end !== null) return;
      chat.record({ kind: "gateway", what: "signalled", how: signal });
      child.kill(signal);
    },
  };
}

/** Polls until it is so; at the deadline it says what is missing. */
export async function until(
  isSo: () => boolean,
  missing: () => string = () => "it is not so",
  ms = DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`after ${ms} ms: ${missing()}`);
    await pause(10);
  }
}

function configurationText(stateDir: string, options: CrashWorldOptions): string {
  const network = options.network ?? "";
  return `
stateDir: ${JSON.stringify(stateDir)}
log: { level: info, format: json }
http: { port: null }
networks: { chat: { adapter: local, port: 0 ${network === "" ? "" : `, ${network}`} } }
workers: { demo: { kind: demo, maxProcesses: 1, wordMs: 0 } }
turns: { checkpointMs: 50 }
drain: { timeoutMs: ${options.drainMs ?? 400}, deliveryMs: 2000 }
delivery: { attempts: 50, backoffMs: 5, streamMs: 0 }
resume: { cutsToSuspend: ${options.cutsToSuspend ?? 3} }
notices: { perChatPerHour: 1000 }
retention: { transcriptsMs: ${options.transcriptsMs ?? null} }
crashLoop: { boots: 100, withinMs: 1000 }
`;
}
