import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectChat } from "../../../cli/chat/client.ts";
import { localToken } from "../../../gateway/config/local-token.ts";
import { connectControl } from "../../../gateway/control/client.ts";
import type { ControlClient } from "../../../gateway/control/client.ts";
import { realChance } from "../../../sessions/real-time.ts";
import { startCli } from "../../cli/cli.ts";
import type { CliProcess } from "../../cli/cli.ts";
import type { Chromium } from "../browser/chromium.ts";
import type { Page } from "../browser/page.ts";
import { until } from "../browser/until.ts";

/** One installation whose gateway serves the console: a folder, and ports that stay the same in every life. */
export interface ConsoleHouse {
  readonly directory: string;
  /** Without a slash at its end. */
  readonly origin: string;
  readonly control: ControlClient;
  /** `sluice start`: the gateway is started again after every end. Ready. */
  start(): Promise<CliProcess>;
  /** `sluice run`, ready. */
  run(): Promise<CliProcess>;
  /** The boot that runs and is not `before`. */
  ready(before?: string | null): Promise<{ readonly boot: string; readonly pid: number }>;
  /** The token link, once a gateway has run. */
  link(): string;
  /** A page of a person of its own who came by the token link, at a view: `sessions`. */
  visit(chromium: Chromium, view?: string): Promise<Page>;
  /** In the local chat, from elsewhere than the page. */
  say(chat: string, text: string, user?: string): Promise<void>;
  /** What the agent said there, the oldest first. */
  said(chat: string): Promise<readonly string[]>;
  statusOf(chat: string): Promise<string>;
  waitStatus(chat: string, status: string): Promise<void>;
  waitSaid(chat: string, words: RegExp): Promise<void>;
  /** Ends whatever runs. */
  close(): Promise<void>;
}

export interface ConsoleHousePlan {
  /** YAML lines for the top of the configuration. */
  readonly top?: readonly string[];
  /** YAML, further keys of the local chat: `resume: auto`. */
  readonly local?: string;
  /** YAML, further networks: `telegram: { … }`. */
  readonly networks?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly wordMs?: number;
  /** YAML, further agents: `other: { … }`. */
  readonly workers?: string;
}

const never = new AbortController().signal;

export async function openConsoleHouse(plan: ConsoleHousePlan = {}): Promise<ConsoleHouse> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-console-"));
  const [chatPort, httpPort] = await Promise.all([freePort(), freePort()]);
  const more = [plan.local, ""].filter((part) => part !== undefined).join(", ");
  writeFileSync(
    join(directory, "config.yaml"),
    [
      `networks: { local: { adapter: local, port: ${chatPort}, ${more} }, ${plan.networks ?? ""} }`,
      `workers: { demo: { kind: demo, wordMs: ${plan.wordMs ?? 5} }, ${plan.workers ?? ""} }`,
      `http: { port: ${httpPort} }`,
      ...(plan.top ?? []),
      "",
    ].join("\n"),
  );
  const control = connectControl(join(directory, "control.sock"));
  const origin = `http://127.0.0.1:${httpPort}`;
  const programs: CliProcess[] = [];
  const chatOf = (chat: string, user = "you") =>
    connectChat({
      url: `http://127.0.0.1:${chatPort}`,
      token: localToken(directory, realChance).reveal(),
      chat,
      user,
    });
  const begin = async (words: readonly string[]): Promise<CliProcess> => {
    const program = startCli(directory, words, plan.environment);
    programs.push(program);
    const ended = program.result.then(({ code, out, err }) => {
      throw new Error(`ended with ${code} before it was ready\n${out}\n${err}`);
    });
    await Promise.race([house.ready(), ended]);
    ended.catch(() => undefined);
    return program;
  };

  const house: ConsoleHouse = {
    directory,
    origin,
    control,
    start: () => begin(["start", "--no-chat"]),
    run: () => begin(["run"]),
    ready: (before = null) =>
      until(
        async () => {
          const status = await control.status().catch(() => null);
          if (status === null || status.phase !== "running" || status.boot === before) return null;
          return { boot: status.boot, pid: status.pid };
        },
        () => `a gateway runs\n${programs.map((one) => one.out() + one.err()).join("\n")}`,
      ),
    link() {
      const token = readFileSync(join(directory, "console-token"), "utf8").trim();
      return `${origin}/?token=${token}`;
    },
    async visit(chromium, view = "chat") {
      const page = await chromium.page();
      await page.goto(house.link());
      await page.at("navigation", "Views").waitThere();
      if (view !== "chat") await page.goto(`${origin}/#/${view}`);
      return page;
    },
    async say(chat, text, user) {
      const posted = await chatOf(chat, user).say(text, { signal: never });
      if (posted.outcome !== "taken") throw new Error(`not taken: ${JSON.stringify(posted)}`);
    },
    async said(chat) {
      const { messages } = await chatOf(chat).history({ after: null, limit: 1000, signal: never });
      return messages.filter(({ from }) => from.kind === "agent").map(({ text }) => text);
    },
    async statusOf(chat) {
      const session = await control.session(`local:main:${chat}`).catch(() => null);
      return session?.status ?? "none";
    },
    async waitStatus(chat, status) {
      await until(
        async () => ((await house.statusOf(chat)) === status ? true : null),
        async () => `${chat} is ${status}; it is ${await house.statusOf(chat)}`,
      );
    },
    async waitSaid(chat, words) {
      await until(
        async () => ((await house.said(chat)).some((text) => words.test(text)) ? true : null),
        async () => `${String(words)} in ${JSON.stringify(await house.said(chat))}`,
      );
    },
    async close() {
      // Supervisors first: what they started leaves with them, or is killed by the id that it tells.
      const { pid } = await control.status().catch(() => ({ pid: 0 }));
      for (const program of programs) program.kill("SIGKILL");
      if (pid !== 0) kill(pid);
      await Promise.all(programs.map(({ result }) => result));
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
  return house;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
