import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { connectChat } from "../../cli/chat/client.ts";
import { freePort, never, openHouse, PATIENCE, type House } from "./house.ts";

const PLANTED = "planted-4f0c9e-secret";

describe("a token", () => {
  let house: House;
  let heard: { readonly where: string; readonly text: string }[];
  afterEach(() => house.close());

  const hear = (where: string, text: string): void => void heard.push({ where, text });
  const leaks = (secret: string): readonly string[] =>
    heard.flatMap(({ where, text }) => (text.includes(secret) ? [where] : []));

  const open = async (token: string): Promise<number> => {
    heard = [];
    const metrics = await freePort();
    house = await openHouse();
    const yaml = readFileSync(house.config, "utf8")
      .replace(/, token: \{.*?\}/, token)
      .replace("http: { port: null }", `http: { port: ${metrics} }\nlog: { level: trace }`);
    writeFileSync(house.config, yaml);
    return metrics;
  };

  const listenTo = async (words: readonly string[], environment: Record<string, string>) => {
    const { out, err } = await house.cli(words, environment);
    hear(words.join(" "), out + err);
  };

  /** Pids of this house: the gateway, and what it started. */
  const pids = (): readonly string[] =>
    readdirSync("/proc").filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        const text = readFileSync(`/proc/${name}/cmdline`, "utf8");
        const environment = readFileSync(`/proc/${name}/environ`, "utf8");
        return text.includes(house.directory) || environment.includes(house.directory);
      } catch {
        return false;
      }
    });

  const live = async (secret: string, metrics: number, environment: Record<string, string>) => {
    const program = await house.run(environment);
    const good = connectChat({
      url: `http://127.0.0.1:${house.port}`,
      token: secret,
      chat: "home",
      user: "you",
    });
    const said = async (): Promise<readonly string[]> => {
      const { messages } = await good.history({ after: null, limit: 100, signal: never });
      return messages.map(({ text }) => text);
    };
    for (const text of ["echo hello", "fail", "crash", "tool 0", "/status"]) {
      const posted = await good.say(text, { signal: never });
      expect(posted.outcome, text).toBe("taken");
    }
    await expect.poll(async () => (await said()).length, PATIENCE).toBe(10);
    hear("chat", (await said()).join("\n"));
    const root = `http://127.0.0.1:${house.port}`;
    const bearer = { Authorization: `Bearer ${secret}` };
    const asked: readonly (readonly [string, RequestInit])[] = [
      ["/v1/chats/home/messages?token=wrong", {}],
      [`/v1/nowhere?token=${secret}`, {}],
      [`/v1/chats/${"x".repeat(70)}/messages?token=${secret}`, {}],
      ["/v1/chats/home/messages", { headers: { ...bearer, Origin: "http://elsewhere.example" } }],
      ["/v1/chats/home/messages", { method: "POST", headers: bearer, body: "{" }],
      ["/v1/chats/home/messages", { method: "POST", headers: bearer, body: '{"token":1}' }],
    ];
    for (const [path, init] of asked) {
      const response = await fetch(root + path, init);
      expect(response.status).toBeGreaterThanOrEqual(400);
      hear(path.split("?")[0] ?? path, await response.text());
    }
    for (const path of ["/metrics", "/readyz", "/livez", "/startupz", "/nowhere"]) {
      hear(path, await (await fetch(`http://127.0.0.1:${metrics}${path}`)).text());
    }
    const commands = [
      ["status", "--json"],
      ["sessions", "show", "local:main:home", "--json"],
      ["deadletters", "list", "--json"],
      ["restart", "--plan", "--json"],
      ["run"],
      ["sessions", "show", "nobody"],
    ];
    for (const words of commands) await listenTo(words, environment);
    const processes = pids();
    expect(processes.length).toBeGreaterThan(1);
    for (const pid of processes) {
      hear(`cmdline of ${pid}`, readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      const isGateway = pid === String(program.pid);
      if (!isGateway) hear(`environment of ${pid}`, readFileSync(`/proc/${pid}/environ`, "utf8"));
    }
    program.kill("SIGTERM");
    const { out, err } = await program.ended;
    expect(out).toContain('"msg":"gateway stopped"');
    hear("log", out + err);
    for (const name of filesIn(house.stateDir)) {
      if (name !== "local-token" && !name.endsWith(".sock")) {
        hear(`state/${name}`, readFileSync(join(house.stateDir, name), "latin1"));
      }
    }
  };

  it("[X05] from the environment appears nowhere", async () => {
    const environment = { PLANTED_TOKEN: PLANTED };
    const metrics = await open(", token: { env: PLANTED_TOKEN }");
    await live(PLANTED, metrics, environment);
    expect(leaks(PLANTED)).toEqual([]);
  });

  it("[X05] from a file appears nowhere", async () => {
    const place = await freePort();
    const metrics = await open(`, token: { file: ./secret-${place} }`);
    writeFileSync(join(house.directory, `secret-${place}`), `${PLANTED}\n`);
    await live(PLANTED, metrics, {});
    expect(leaks(PLANTED)).toEqual([]);
  });

  it("[X05] that was made for this state appears nowhere but in its file", async () => {
    const metrics = await open("");
    expect((await house.cli(["status"])).code).toBe(1);
    const program = await house.run();
    const secret = readFileSync(join(house.stateDir, "local-token"), "utf8").trim();
    expect(secret.length).toBeGreaterThan(20);
    program.kill("SIGTERM");
    await program.ended;
    await live(secret, metrics, {});
    expect(leaks(secret)).toEqual([]);
  });

  it("[X05][X06] that is written where it must not be is not repeated", async () => {
    await open("");
    const yaml = readFileSync(house.config, "utf8");
    const mistakes = [
      yaml.replace("adapter: local", `adapter: local, token: ${PLANTED}`),
      yaml.replace("adapter: local", `adapter: local, tokne: ${PLANTED}`),
      yaml.replace("adapter: local", `adapter: local, token: { value: ${PLANTED} }`),
      yaml.replace("adapter: local", `adapter: local, host: [${PLANTED}]`),
      `${yaml}token: "${PLANTED}\n`,
      `${yaml}secret: &${PLANTED} [\n`,
      `${yaml}: ${PLANTED}: ${PLANTED}\n`,
    ];
    for (const mistake of mistakes) {
      writeFileSync(house.config, mistake);
      const { code, out, err } = await house.cli(["run", "--json"]);
      expect(code, err).toBe(78);
      hear(mistake.slice(-60), out + err);
    }
    expect(leaks(PLANTED)).toEqual([]);
  });
});

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}
