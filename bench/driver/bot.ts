import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { statusAt } from "./http.ts";
import { until } from "./wait.ts";

/** A bot that runs as a process of its own. */
export interface Bot {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  /** Health and metrics. */
  readonly healthUrl: string;
  /** From the start of the process to its first yes at `/readyz`, ms. */
  readonly readyMs: number;
  readonly child: ChildProcess;
  /** SIGTERM, and its end. */
  stop(): Promise<void>;
}

export interface House {
  /** State, configuration and log of one gateway. */
  readonly directory: string;
  readonly port: number;
  readonly healthPort: number;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TOKEN = "0123456789abcdefghjkmnpqrstvwxyz";

export async function makeHouse(
  directory: string,
  settings: { readonly atOnce?: number; readonly timeoutMs?: number } = {},
): Promise<House> {
  mkdirSync(directory, { recursive: true });
  const [port, healthPort] = [await freePort(), await freePort()];
  writeFileSync(join(directory, "local-token"), `${TOKEN}\n`, { mode: 0o600 });
  writeFileSync(
    join(directory, "config.yaml"),
    `stateDir: .
networks: { local: { adapter: local, port: ${port} } }
workers: { demo: { kind: demo, maxProcesses: 1, wordMs: 0 } }
turns: { atOnce: ${settings.atOnce ?? 64} }
drain: { timeoutMs: ${settings.timeoutMs ?? 60_000} }
http: { port: ${healthPort} }
`,
  );
  return { directory, port, healthPort };
}

/** `words`: `run` for the gateway itself, `start` for one under our own supervisor. */
export function startGateway(house: House, words: "run" | "start" = "run"): Promise<Bot> {
  const main = join(ROOT, "cli/main.ts");
  const config = join(house.directory, "config.yaml");
  return start({
    ...house,
    words: [main, "--config", config, words, ...(words === "start" ? ["--no-chat"] : [])],
    environment: {},
  });
}

export async function startBare(directory: string): Promise<Bot> {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  return start({
    directory,
    port,
    healthPort: port,
    words: [join(ROOT, "bench/bare-echo.ts"), String(port)],
    // The gateway keeps its compiled code, too.
    environment: { NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/bare-echo") },
  });
}

async function start(
  program: House & {
    readonly words: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  },
): Promise<Bot> {
  const { directory, port, healthPort } = program;
  const log = openSync(join(directory, "log.jsonl"), "a");
  const began = performance.now();
  const child = spawn(process.execPath, program.words, {
    cwd: directory,
    env: { PATH: "/usr/bin:/bin", HOME: directory, ...program.environment },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = once(child, "exit");
  const healthUrl = `http://127.0.0.1:${healthPort}`;
  await until(
    `${program.words.join(" ")} to be ready`,
    async () => {
      if (child.exitCode !== null) throw new Error(`it ended, see ${join(directory, "log.jsonl")}`);
      return (await statusAt(`${healthUrl}/readyz`)) === 200 ? true : null;
    },
    { everyMs: 4, mostMs: 60_000 },
  );
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    token: TOKEN,
    healthUrl,
    readyMs: performance.now() - began,
    child,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
