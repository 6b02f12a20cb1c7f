import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "vitest";

import { never, openHouse, type House, type Program } from "../e2e/house.ts";
import type { Heard } from "../fakes/model-server/heard.ts";
import { startModelServer, type ModelServer } from "../fakes/model-server/model-server.ts";
import type { Agent } from "./agents.ts";
import { processesAt } from "./leftovers.ts";

/** What a real agent may take on a busy machine. */
export const PATIENCE = { timeout: 60_000, interval: 25 };

/** What is told before a message when a turn was cut, or when the agent has lost its session. */
const RETOLD = /^[^]*\[(?:end of what was said before|restart note)\]/;

const KEY = "local:main:home";

/** One agent behind a real gateway, and the model that it talks to. */
export interface Stand {
  readonly house: House;
  readonly server: ModelServer;
  /** Folder that the agent works in. */
  readonly workspace: string;
  run(): Promise<Program>;
  say(text: string): Promise<void>;
  /** All that was said by the agent and the gateway, the oldest first. */
  said(): Promise<string>;
  /** Until this was said. */
  until(words: string): Promise<void>;
  /** Until no turn runs. */
  idle(): Promise<void>;
  /** Until the newest question is there; presses nothing. */
  asked(): Promise<void>;
  press(label: string): Promise<void>;
  /** Ids of the processes that the agent has. */
  processes(): readonly number[];
  gone(): Promise<void>;
  /** The conversation as the model was given it with the latest request that holds these words. */
  heard(words: string): Heard;
  /** What the model was given last, for who looks why something did not hold. */
  lastHeard(): string;
  /** Lines of a file of the workspace. */
  lines(file: string): readonly string[];
  close(): Promise<void>;
}

export async function openStand(agent: Agent, program: string): Promise<Stand> {
  const server = await startModelServer({ retold: RETOLD });
  // It is killed more often than a gateway puts up with.
  const house = await openHouse(["crashLoop: { boots: 20 }"]);
  const home = house.directory;
  const workspace = join(realpathSync(home), "work");
  mkdirSync(workspace);
  const { environment, keys, files } = agent.point(server);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const worker = {
    kind: "acp",
    command: [...(agent.isScript ? [process.execPath] : []), program, ...agent.args],
    workspace,
    environment,
    passEnvironment: Object.keys(keys),
  };
  const before = readFileSync(house.config, "utf8");
  const workers = `workers: ${JSON.stringify({ [agent.name]: worker })}`;
  writeFileSync(
    house.config,
    before.replace(/^workers: .*$/m, () => workers),
  );
  const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

  const newestButton = async (label: string): Promise<{ on: string; data: string } | null> => {
    const shown = await house.shown();
    for (const message of shown.toReversed()) {
      const button = message.buttons.flat().find((one) => one.label === label);
      if (button !== undefined) return { on: message.externalId, data: button.data };
    }
    return null;
  };
  const stand: Stand = {
    house,
    server,
    workspace,
    run: () => house.run({ ...keys, PATH: path }),
    say: async (text) => void (await house.say(text)),
    said: async () => (await house.said()).join("\n----\n"),
    until: (words) => expect.poll(stand.said, PATIENCE).toContain(words),
    idle: () =>
      expect
        .poll(async () => (await house.control.session(KEY)).status, PATIENCE)
        .toMatch(/^(idle|resume_pending)$/),
    asked: () => expect.poll(() => newestButton(ALLOW), PATIENCE).not.toBeNull(),
    press: async (label) => {
      await stand.asked();
      const button = await newestButton(label);
      if (button !== null) await house.chat().press(button, { signal: never });
    },
    processes: () => processesAt(home),
    gone: () => expect.poll(stand.processes, PATIENCE).toEqual([]),
    heard: (words) => {
      const found = server.requests.findLast(
        ({ heard }) =>
          heard.tools.length > 0 && heard.messages.some(({ text }) => text.includes(words)),
      );
      if (found === undefined) throw new Error(`the model never heard ${words}`);
      return found.heard;
    },
    lastHeard: () => {
      const texts = server.requests.slice(-3).map(({ heard, outcome }) => {
        const lines = heard.messages
          .slice(-4)
          .map(({ role, text }) => `${role}: ${text.slice(-700)}`);
        return `--- ${outcome}\n${lines.join("\n")}`;
      });
      return texts.join("\n");
    },
    lines: (file) => {
      try {
        return readFileSync(join(workspace, file), "utf8").trim().split("\n");
      } catch {
        return [];
      }
    },
    close: async () => {
      await house.close();
      for (const pid of stand.processes()) process.kill(pid, "SIGKILL");
      await server.stop();
    },
  };
  return stand;
}

export const ALLOW = "✅ Allow";
export const DENY = "🚫 Deny";
