import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { connectChat } from "../../cli/chat/client.ts";
import { freePort, never, openHouse, PATIENCE, type House, type Program } from "./house.ts";
import { openPlantedNetwork, type Fault, type PlantedNetwork } from "./planted-network.ts";

const bot = (number: number): string => `${number}:planted-AAE4f0c9e_telegram-token-${number}`;

/** By the variable that each comes in. */
const PLANTED = {
  LOCAL_CHAT: "planted-local-4f0c9e-token",
  TELEGRAM: bot(123_456_781),
  TELEGRAM_HOOKED: bot(123_456_782),
  TELEGRAM_DOWN: bot(123_456_783),
  TELEGRAM_TLS: bot(123_456_784),
  DISCORD: "plantedMTIzNDU2.Gplant.discord-token-1-4f0c9e",
  DISCORD_DOWN: "plantedMTIzNDU3.Gplant.discord-token-2-4f0c9e",
  DISCORD_TLS: "plantedMTIzNDU4.Gplant.discord-token-3-4f0c9e",
  MODEL_API_KEY: "planted-sk-model-4f0c9e",
  AGENT_API_KEY: "planted-sk-agent-4f0c9e",
  UNUSED: "planted-variable-that-nobody-asked-for",
};

let house: House;
let network: PlantedNetwork;
let heard: { readonly where: string; readonly text: string }[];
let http: number;
let webhooks: number;

beforeEach(async () => {
  heard = [];
  house = await openHouse();
  network = await openPlantedNetwork();
  [http, webhooks] = [await freePort(), await freePort()];
  writeFileSync(house.config, configuration());
});
afterEach(async () => {
  await house.close();
  await network.close();
});

function configuration(): string {
  const far = (scheme: string, port: number): string => `"${scheme}://127.0.0.1:${port}`;
  const telegram = (token: string, root: string, more = ""): string =>
    `{ adapter: telegram, token: { env: ${token} }, apiRoot: ${root}", operators: ["1"]${more} }`;
  const discord = (token: string, root: string): string =>
    `{ adapter: discord, token: { env: ${token} }, apiRoot: ${root}/api", operators: ["1"] }`;
  const here = far("http", network.port);
  const crash = `echo "refused: $AGENT_API_KEY" >&2; exit 3`;
  return `
stateDir: ${house.stateDir}
log: { level: trace }
http: { port: ${http} }
webhooks: { port: ${webhooks} }
networks:
  local: { adapter: local, port: ${house.port}, token: { env: LOCAL_CHAT } }
  tg: ${telegram("TELEGRAM", here)}
  hooked: ${telegram("TELEGRAM_HOOKED", here, `, webhook: { url: "https://bot.example.org" }`)}
  tgdown: ${telegram("TELEGRAM_DOWN", far("http", 1))}
  tgtls: ${telegram("TELEGRAM_TLS", far("https", network.port))}
  dc: ${discord("DISCORD", here)}
  dcdown: ${discord("DISCORD_DOWN", far("http", 1))}
  dctls: ${discord("DISCORD_TLS", far("https", network.port))}
workers:
  demo: { kind: demo, wordMs: 0, passEnvironment: [AGENT_API_KEY] }
  model: { kind: model, baseUrl: ${here}/v1", model: m, key: { env: MODEL_API_KEY }, retries: 0 }
  agent: { kind: command, command: sh, args: ["-c", ${JSON.stringify(crash)}], passEnvironment: [AGENT_API_KEY] }
  acp: { kind: acp, command: ["sh", "-c", ${JSON.stringify(crash)}], passEnvironment: [AGENT_API_KEY] }
routes:
  - { network: local, chat: model, worker: model }
  - { network: local, chat: agent, worker: agent }
  - { network: local, chat: acp, worker: acp }
turns: { startAttempts: 1 }
`;
}

const hear = (where: string, text: string): void => void heard.push({ where, text });

/** Where a secret was seen, in whatever dress. */
function leaks(secrets: readonly string[]): readonly string[] {
  const forms = secrets.flatMap((secret) => {
    const part = secret.split(":").at(-1) ?? secret;
    return [part, encodeURIComponent(part), Buffer.from(secret).toString("base64")];
  });
  return heard.flatMap(({ where, text }) =>
    forms.filter((form) => text.includes(form)).map((form) => `${form} in ${where}`),
  );
}

async function listen(words: readonly string[]): Promise<void> {
  const { out, err } = await house.cli(words, PLANTED);
  expect(out + err, words.join(" ")).not.toBe("");
  hear(`sluice ${words.join(" ")}`, out + err);
}

/** Some at a time: each is a process of its own, and most of what it does is wait. */
async function listenAll(commands: readonly (readonly string[])[]): Promise<void> {
  const left = [...commands];
  const next = async (): Promise<void> => {
    for (let words = left.shift(); words !== undefined; words = left.shift()) await listen(words);
  };
  await Promise.all([next(), next(), next()]);
}

async function fetched(where: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(where, { redirect: "manual", ...init });
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  hear(new URL(where).pathname, `${head}\n${await response.clone().text()}`);
  return response;
}

function hearFiles(but: readonly string[]): void {
  const names = readdirSync(house.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(house.directory, join(entry.parentPath, entry.name)));
  for (const name of names.filter((one) => !but.some((end) => one.endsWith(end)))) {
    const bytes = readFileSync(join(house.directory, name));
    hear(`file ${name}`, (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1"));
  }
}

/** The process list as everybody on the machine sees it, and what workers inherit. */
function hearProcesses(gateway: number): void {
  const read = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const ours = pids.filter(
    (pid) =>
      pid === String(gateway) || read(`/proc/${pid}/status`).includes(`\nPPid:\t${gateway}\n`),
  );
  expect(ours.length).toBeGreaterThan(1);
  for (const pid of ours) {
    hear(`process ${pid}`, read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/comm`));
    if (pid === String(gateway)) continue;
    const environment = read(`/proc/${pid}/environ`);
    expect(environment).toContain(PLANTED.AGENT_API_KEY);
    hear(`environment of ${pid}`, environment.replaceAll(PLANTED.AGENT_API_KEY, "its own"));
  }
}

/** Says it and hears what comes. */
async function talk(chat: string, texts: readonly string[]): Promise<void> {
  const url = `http://127.0.0.1:${house.port}`;
  const client = connectChat({ url, token: PLANTED.LOCAL_CHAT, chat, user: "you" });
  const shown = async (): Promise<readonly string[]> => {
    const { messages } = await client.history({ after: null, limit: 100, signal: never });
    return messages.filter(({ from }) => from.kind === "agent").map(({ text }) => text);
  };
  for (const text of texts) {
    const before = (await shown()).length;
    expect((await client.say(text, { signal: never })).outcome).toBe("taken");
    await expect.poll(async () => (await shown()).length, PATIENCE).toBeGreaterThan(before);
  }
  hear(`chat ${chat}`, (await shown()).join("\n"));
}

describe("planted secrets", () => {
  it("[X05] of networks, chats, the console, models and agents appear in nothing that a gateway tells, however it fails", async () => {
    const program = await house.run(PLANTED);
    const consoleToken = readFileSync(join(house.stateDir, "console-token"), "utf8").trim();
    // A bot whose token is refused is not asked again: that comes last.
    const faults: readonly Fault[] = ["broken", "garbage", "hangs_up", "limits", "refuses"];
    for (const fault of faults) {
      network.fault = fault;
      const asked = network.heard.length;
      await talk("model", [`fault ${fault}`]);
      await listenAll([
        ["status", "--json"],
        ...(fault === "limits" ? [] : [["doctor", "--json"]]),
      ]);
      expect(network.heard.length).toBeGreaterThan(asked);
    }
    await talk("agent", ["one", "two"]);
    await talk("acp", ["one"]);
    await talk("home", ["echo hello", "crash", "fail", "tool 0", "/status"]);

    const console = `http://127.0.0.1:${http}`;
    const bearer = { Authorization: `Bearer ${consoleToken}` };
    for (const path of ["/livez", "/readyz", "/startupz", "/metrics"])
      await fetched(console + path);
    await fetched(`${console}/?token=wrong-${consoleToken}`);
    await fetched(`${console}/nowhere?token=${consoleToken}`);
    const entry = await fetched(`${console}/?token=${consoleToken}`);
    const cookie = entry.headers.get("set-cookie")?.split(";")[0] ?? "";
    for (const path of ["/", "/api/v1/status", "/api/v1/sessions", "/api/v1/nowhere", "/%00"]) {
      expect((await fetched(console + path, { headers: { cookie } })).status).not.toBe(401);
    }
    const foreign = { ...bearer, Origin: "http://elsewhere.example" };
    await fetched(`${console}/api/v1/drain`, { method: "POST", headers: foreign });
    await fetched(`${console}/api/v1/drain`, { method: "POST", headers: bearer, body: "{" });

    const chats = `http://127.0.0.1:${house.port}/v1/chats/home/messages`;
    await fetched(`${chats}?token=${PLANTED.LOCAL_CHAT}x`);
    const local = { Authorization: `Bearer ${PLANTED.LOCAL_CHAT}` };
    await fetched(chats, { method: "POST", headers: local, body: "{" });
    for (const path of [
      "/",
      "/hooked",
      `/bot${PLANTED.TELEGRAM_HOOKED}`,
      "/telegram/hooked/main",
    ]) {
      const headers = { "X-Telegram-Bot-Api-Secret-Token": "wrong" };
      const answer = await fetch(`http://127.0.0.1:${webhooks}${path}`, {
        method: "POST",
        headers,
        body: "{",
      }).catch(() => null);
      hear(`webhook ${path}`, (await answer?.text()) ?? "");
    }
    hearProcesses(program.pid);

    mkdirSync(join(house.directory, "out"));
    await listenAll([
      ["sessions", "list", "--json"],
      ["sessions", "show", "local:main:agent", "--json"],
      ["export", "local:main:agent"],
      ["export", "local:main:model", "--format", "jsonl"],
      ["events", "--json"],
      ["deadletters", "list", "--json"],
      ["access", "list", "--json"],
      ["restart", "--plan", "--json"],
      ["sessions", "show", PLANTED.UNUSED.slice(0, 9)],
      ["config", "show"],
      ["config", "show", "--json"],
      ["config", "check"],
      ["service", "print"],
      ["doctor"],
      ["run"],
      ["start", "--no-chat"],
      ["backup", join(house.directory, "out", "kept.backup")],
    ]);

    const kept = configuration();
    for (const broken of [
      kept.replace("{ env: TELEGRAM }", "{ file: ./nothing-here }"),
      kept.replace("{ env: TELEGRAM }", PLANTED.TELEGRAM),
      kept.replace("{ env: DISCORD }", `{ env: ${PLANTED.UNUSED.replaceAll("-", "_")} `),
    ]) {
      writeFileSync(house.config, broken);
      await listenAll([
        ["config", "reload"],
        ["config", "check", "--json"],
        ["doctor", "--json"],
      ]);
    }
    writeFileSync(house.config, kept);
    program.kill("SIGTERM");
    const { code, out, err } = await program.ended;
    expect(code, err).toBe(0);
    hear("log", out + err);
    // From the start on, a refusal is a reason not to start.
    await listen(["run"]);
    hearFiles(["state/local-token", "state/console-token", "/token", ".sock"]);

    // What hid them was there to be hidden.
    expect(network.heard.join("\n")).toContain(PLANTED.TELEGRAM);
    expect(network.heard.join("\n")).toContain(PLANTED.TELEGRAM_HOOKED);
    expect(network.heard.join("\n")).toContain(PLANTED.DISCORD);
    expect(network.heard.join("\n")).toContain(PLANTED.MODEL_API_KEY);
    expect(heard.find(({ where }) => where === "chat agent")?.text).toContain("refused: ***");
    for (const adapter of ["tgdown", "tgtls", "dcdown", "dctls"]) {
      expect(out).toMatch(new RegExp(`"network":"${adapter}"[^\\n]*"(retrying|failed)"`));
    }
    expect(leaks([...Object.values(PLANTED), consoleToken])).toEqual([]);
  }, 120_000);
});

describe("a gateway that dies of a fault", () => {
  /** Loaded into the real program, as a fault of a library would be: an error with a request on it. */
  const FAULT = `
const fault = () => Object.assign(
  new Error("cannot reach https://api.telegram.org/bot" + process.env.TELEGRAM + "/getUpdates", {
    cause: new Error("socket of " + process.env.MODEL_API_KEY),
  }),
  { request: { headers: { authorization: "Bot " + process.env.DISCORD }, agent: process.env.AGENT_API_KEY } },
);
process.on("SIGWINCH", () => { throw fault(); });
process.on("SIGURG", () => { void Promise.reject(fault()); });
`;
  const REPORT = "report.json";

  async function faulty(): Promise<Program> {
    const file = join(house.directory, "fault.mjs");
    writeFileSync(file, FAULT);
    const report = `--report-on-signal --report-signal=SIGIO --report-directory=${house.directory} --report-filename=${REPORT}`;
    return house.run({ ...PLANTED, NODE_OPTIONS: `--import=${file} ${report}` });
  }

  it.each(["SIGWINCH", "SIGURG"] as const)(
    "[X05] tells none of its secrets in its last words, after %s",
    async (signal) => {
      const program = await faulty();
      program.kill(signal);
      const { code, out, err } = await program.ended;
      expect(code).toBe(1);
      expect(err).toContain("cannot reach https://api.telegram.org/bot(secret)/getUpdates");
      expect(err).toContain("Bot (secret)");
      hear("last words", out + err);
      hearFiles(["state/local-token", "state/console-token", "/token", ".sock", ".mjs"]);
      expect(leaks(Object.values(PLANTED))).toEqual([]);
    },
  );

  it("[X05] writes none into a report that is asked of node, nor into a core", async () => {
    const program = await faulty();
    program.kill("SIGIO");
    const report = (): string => readFileSync(join(house.directory, REPORT), "utf8");
    const isThere = (): boolean => readdirSync(house.directory).includes(REPORT);
    await expect.poll(() => isThere() && report().trimEnd().endsWith("}"), PATIENCE).toBe(true);
    expect(report()).toContain("javascriptStack");
    program.kill("SIGABRT");
    const { signal, out, err } = await program.ended;
    expect(signal).toBe("SIGABRT");
    hear("last words", out + err);
    hearFiles(["state/local-token", "state/console-token", "/token", ".sock", ".mjs"]);
    expect(leaks(Object.values(PLANTED))).toEqual([]);
  });
});
