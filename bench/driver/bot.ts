import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { NODE_FLAGS } from "../../cli/node-flags.ts";
import { statusAt } from "./http.ts";
import { startProgram } from "./program.ts";
import type { Program } from "./program.ts";

/** A bot with a local chat. */
export interface Bot extends Program {
  readonly url: string;
  readonly token: string;
  /** Health and metrics. */
  readonly healthUrl: string;
}

export interface House {
  /** State, configuration and log of one gateway. */
  readonly directory: string;
  readonly port: number;
  readonly healthPort: number;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TOKEN = "0123456789abcdefghjkmnpqrstvwxyz";
const MAIN = join(ROOT, "cli/main.ts");

export async function makeHouse(
  directory: string,
  settings: {
    readonly atOnce?: number;
    readonly timeoutMs?: number;
    /** One line of YAML, instead of the local chat. */
    readonly network?: string;
  } = {},
): Promise<House> {
  mkdirSync(directory, { recursive: true });
  const [port, healthPort] = [await freePort(), await freePort()];
  writeFileSync(join(directory, "local-token"), `${TOKEN}\n`, { mode: 0o600 });
  writeFileSync(
    join(directory, "config.yaml"),
    `stateDir: .
networks: { ${settings.network ?? `local: { adapter: local, port: ${port} }`} }
workers: { demo: { kind: demo, maxProcesses: 1, wordMs: 0 } }
turns: { atOnce: ${settings.atOnce ?? 64} }
drain: { timeoutMs: ${settings.timeoutMs ?? 60_000} }
http: { port: ${healthPort} }
`,
  );
  return { directory, port, healthPort };
}

export function gatewayWords({ directory }: House): readonly string[] {
  return [...NODE_FLAGS, MAIN, "--config", join(directory, "config.yaml")];
}

/** The gateway keeps its compiled code, too. */
export function bareEnvironment(name: string): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache", name) };
}

export function bareProgram(name: string): string {
  return join(ROOT, "bench", `${name}.ts`);
}

/** `words`: `run` for the gateway itself, `start` for one under our own supervisor. */
export function startGateway(house: House, words: "run" | "start" = "run"): Promise<Bot> {
  return start({
    ...house,
    words: [...gatewayWords(house), words, ...(words === "start" ? ["--no-chat"] : [])],
    environment: {},
  });
}

export async function startBare(directory: string): Promise<Bot> {
  const port = await freePort();
  return start({
    directory,
    port,
    healthPort: port,
    words: [bareProgram("bare-echo"), String(port)],
    environment: bareEnvironment("bare-echo"),
  });
}

async function start(
  program: House & {
    readonly words: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  },
): Promise<Bot> {
  const healthUrl = `http://127.0.0.1:${program.healthPort}`;
  const isReady = async (): Promise<boolean> => (await statusAt(`${healthUrl}/readyz`)) === 200;
  const started = await startProgram({ ...program, isReady });
  return { ...started, url: `http://127.0.0.1:${program.port}`, token: TOKEN, healthUrl };
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
