import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";

import type { Configuration } from "../../gateway/config/configuration.ts";
import { findConfigurationFile } from "../../gateway/config/find-file.ts";
import { loadConfiguration, type ConfigurationSource } from "../../gateway/config/load.ts";
import { configurationSchema } from "../../gateway/config/schema.ts";
import type { Secret } from "../../gateway/config/secret.ts";
import { SluiceError } from "../../sessions/errors.ts";

const root = join(import.meta.dirname, "../..");
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sluice-config-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function file(text: string): string {
  const path = join(dir, "config.yaml");
  writeFileSync(path, text);
  return path;
}

function load(text: string, rest: Partial<ConfigurationSource> = {}): Configuration {
  return loadConfiguration({ file: file(text), environment: { HOME: dir }, ...rest });
}

function localToken({ networks }: Configuration): Secret | null {
  const { local } = networks;
  return local?.adapter === "local" ? local.token : null;
}

function errorOf(action: () => unknown): SluiceError {
  try {
    action();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("bots of the environment", () => {
  const tokens = { TELEGRAM_BOT_TOKEN: "1:abc", TELEGRAM_OPERATORS: "12, 34" };

  it("one token is enough for a bot beside the local chat", () => {
    const { networks } = loadConfiguration({ file: null, environment: { HOME: dir, ...tokens } });
    expect(Object.keys(networks)).toEqual(["local", "telegram"]);
    expect(networks).toMatchObject({
      telegram: { adapter: "telegram", operators: ["12", "34"], allow: [] },
    });
    const bot = networks["telegram"];
    expect(bot?.adapter === "telegram" && bot.accounts["main"]?.reveal()).toBe("1:abc");
  });

  it("are left alone when the file names its networks", () => {
    const text = "networks: { local: { adapter: local } }";
    const { networks } = load(text, { environment: { HOME: dir, ...tokens } });
    expect(Object.keys(networks)).toEqual(["local"]);
  });
});

describe("configuration", () => {
  it("runs on defaults when there is no file", () => {
    const settings = loadConfiguration({ file: null, environment: { HOME: dir } });
    expect(settings).toMatchObject({
      file: null,
      stateDir: join(dir, ".local/state/sluice"),
      defaultWorker: "demo",
      networks: {
        local: { adapter: "local", port: 8787, allow: ["*"], operators: ["you"], token: null },
      },
      workers: { demo: { kind: "demo" } },
      turns: { atOnce: 64, queueLimit: 100 },
      drain: { timeoutMs: 60_000, deliveryMs: 5_000 },
      control: { socket: join(dir, ".local/state/sluice/control.sock") },
    });
  });

  it("is the same from the example as from nothing", () => {
    const example = loadConfiguration({
      file: join(root, "config.example.yaml"),
      environment: { HOME: dir },
    });
    const defaults = loadConfiguration({ file: null, environment: { HOME: dir } });
    expect({ ...example, file: null }).toEqual(defaults);
  });

  it("takes an empty file and empty sections as defaults", () => {
    expect(load("").turns.atOnce).toBe(64);
    expect(load("turns:\n  # atOnce: 3\n").turns.atOnce).toBe(64);
  });

  it("keeps what a network says and fills in the rest", () => {
    const { networks } = load("networks:\n  home:\n    adapter: local\n    resume: ask\n");
    expect(Object.keys(networks)).toEqual(["home"]);
    expect(networks["home"]).toMatchObject({ resume: "ask", mode: "queue", port: 8787 });
  });

  it("resolves paths relative to the file", () => {
    const settings = load("stateDir: data\n");
    expect(settings.stateDir).toBe(join(dir, "data"));
    expect(settings.control.socket).toBe(join(dir, "data/control.sock"));
  });

  it("ranks the command line above the environment above the file", () => {
    const environment = { HOME: dir, SLUICE_STATE_DIR: join(dir, "env"), SLUICE_LOG: "debug" };
    const text = "stateDir: data\nlog: { level: warn }\n";
    expect(load(text, { environment })).toMatchObject({
      stateDir: join(dir, "env"),
      log: { level: "debug" },
    });
    const overrides = { stateDir: join(dir, "flag"), logLevel: "error" };
    expect(load(text, { environment, overrides })).toMatchObject({
      stateDir: join(dir, "flag"),
      log: { level: "error" },
    });
  });

  it("uses the state directory of the unit when nothing else is said", () => {
    const environment = { HOME: dir, STATE_DIRECTORY: "/var/lib/sluice:/var/lib/other" };
    expect(load("", { environment }).stateDir).toBe("/var/lib/sluice");
  });
});

describe("configuration errors", () => {
  it("[X06] name file, line, column, key, what was found and what is wanted, all at once", () => {
    const path = file("turns:\n  atOnce: many\n  workerLost: resum\nhttp: { port: 99999 }\n");
    const error = errorOf(() => loadConfiguration({ file: path, environment: {} }));
    expect(error.code).toBe("config_invalid");
    expect(error.message.split("\n")).toEqual([
      `Cannot use ${path}`,
      `  line 2, column 11: turns.atOnce: found "many", wanted a whole number`,
      `  line 3, column 15: turns.workerLost: found "resum", wanted one of resume, fail; did you mean resume?`,
      "  line 4, column 15: http.port: found 99999, wanted a number of at most 65535",
      "3 problems: correct the file and start again; config.example.yaml explains each key",
    ]);
  });

  it.each([
    ["tuns: {}", "line 1, column 1: tuns: unknown key; did you mean turns?"],
    [
      'console: { hosts: ["https://x.org"] }',
      'line 1, column 20: console.hosts.0: found "https://x.org", wanted a name without scheme and port, as in console.example.org',
    ],
    ["turns:\n  at_once: 3", "line 2, column 3: turns.at_once: unknown key; did you mean atOnce?"],
    ["drain: { deliveryMs: 0 }", "drain.deliveryMs: found 0, wanted a number of at least 500"],
    [
      "retention: { dedupeMs: 1000 }",
      "retention.dedupeMs: found 1000, wanted a number of at least 172800000",
    ],
    ["requests: { ttlMs: 1.5 }", "requests.ttlMs: found 1.5, wanted a whole number"],
    [
      "networks: { local: { adapter: locl } }",
      `networks.local.adapter: found "locl", wanted one of local, telegram, discord; did you mean local?`,
    ],
    [
      "networks: { local: { port: 1 } }",
      "networks.local.adapter: found nothing, wanted one of local, telegram, discord",
    ],
    [
      "networks: { tg: { adapter: telegram } }",
      "networks.tg: found a group of keys, wanted either token: (one bot) or accounts: (several, each with token:)",
    ],
    [
      "networks: { tg: { adapter: telegram, token: { env: A }, accounts: { b: { token: { env: B } } } } }",
      "wanted either token: (one bot) or accounts: (several, each with token:)",
    ],
    ["networks: { tg: { adapter: telegram, token: '123:abc' } }", "networks.tg.token: found"],
    [
      "networks: { tg: { adapter: telegram, token: { env: A }, apiRoot: 'ftp://x' } }",
      "networks.tg.apiRoot: found",
    ],
    [
      "networks: { local: { adapter: local, alow: [] } }",
      "networks.local.alow: unknown key; did you mean allow?",
    ],
    [
      "networks: { Home: { adapter: local } }",
      "line 1, column 13: networks.Home: found this name, wanted a name of small letters",
    ],
    [
      "networks: { local: { adapter: local, allow: [123456789012345678901] } }",
      "networks.local.allow.0: found 123456789012345680000, wanted text; put it in quotes",
    ],
    ["networks: { local: }", "networks.local: found nothing (null), wanted a group of keys"],
    ["networks: {}", "networks: found none, wanted at least one network"],
    ["workers: {}", "workers: found none, wanted at least one worker"],
    [
      "networks: { local: { adapter: local, port: 8788 } }",
      "networks.local.port: found 8788, which http.port has as well",
    ],
    ["defaultWorker: dmeo", `defaultWorker: there is no worker "dmeo"; did you mean demo?`],
    [
      "retention: { transcriptsMs: 7200000, archiveMs: 7200000 }",
      "retention.archiveMs: found 7200000, wanted more than retention.transcriptsMs (7200000)",
    ],
    [
      "turns: { softStallMs: 700000 }",
      "turns.softStallMs: found 700000, wanted at most turns.hardStallMs (600000)",
    ],
    [`control: { socket: /${"x".repeat(120)} }`, "control.socket: found a path of 121 bytes"],
    ["- a", "line 1, column 1: found a list, wanted a group of keys"],
    ["log: loud", `log: found "loud", wanted a group of keys`],
    ["a: [1\n", "line 2, column 1: broken YAML: "],
    ["log: {}\nlog: {}\n", "line 2, column 1: broken YAML: Map keys must be unique"],
  ])("[X06] %j is refused: %s", (text, words) => {
    const error = errorOf(() => load(text));
    expect(error.code).toBe("config_invalid");
    expect(error.message).toContain(words);
    expect(error.message).not.toMatch(/invalid/i);
  });

  it("[X06] a file that is not there is refused by its name", () => {
    const missing = join(dir, "none.yaml");
    const error = errorOf(() => loadConfiguration({ file: missing, environment: {} }));
    expect(error.code).toBe("config_unreadable");
    expect(error.message).toContain(missing);
  });

  it("[X06] an unknown log level of the environment is refused by the variable's name", () => {
    const error = errorOf(() => load("", { environment: { HOME: dir, SLUICE_LOG: "loud" } }));
    expect(error.message).toContain(`SLUICE_LOG: found "loud", wanted one of error, warn`);
  });
});

describe("secrets", () => {
  const network = (token: string): string =>
    `networks:\n  local:\n    adapter: local\n    token: ${token}\n`;
  const planted = "12345:AAE-planted-secret";

  it("come from the environment, a file or a credential", () => {
    const path = join(dir, "token");
    writeFileSync(path, `${planted}\n`);
    const sources: [string, Record<string, string>][] = [
      ["{ env: CHAT_TOKEN }", { CHAT_TOKEN: planted }],
      [`{ file: ${path} }`, {}],
      ["{ file: token }", {}],
      ["{ credential: token }", { CREDENTIALS_DIRECTORY: dir }],
    ];
    for (const [token, environment] of sources) {
      const settings = load(network(token), { environment: { HOME: dir, ...environment } });
      expect(localToken(settings)?.reveal()).toBe(planted);
    }
  });

  it("[X05] do not show in JSON, text or a debugger", () => {
    const settings = load(network("{ env: T }"), { environment: { HOME: dir, T: planted } });
    const shown = JSON.stringify(settings) + inspect(settings, { depth: 9 });
    expect(shown + String(localToken(settings))).not.toContain(planted);
  });

  it.each([
    [planted],
    ["short"],
    ["123456"],
    [`["${planted}"]`],
    [`{ env: T, key: "${planted}" }`],
    [`"${planted}`],
  ])("[X05] written in the file as %s are refused and not repeated", (token) => {
    const error = errorOf(() => load(network(token)));
    expect(error.code).toBe("config_invalid");
    expect(error.message).toContain("line ");
    for (const part of [planted, "short", "123456"]) expect(error.message).not.toContain(part);
  });

  it("that are missing are all named, with where to put them", () => {
    const text = `networks:
  a: { adapter: local, port: 1, token: { env: NOT_SET } }
  b: { adapter: local, port: 2, token: { file: ${join(dir, "none")} } }
  c: { adapter: local, port: 3, token: { credential: c } }
`;
    const error = errorOf(() => load(text));
    expect(error.code).toBe("config_secret_missing");
    expect(error.message).toContain(
      "line 2, column 33: networks.a.token: environment variable NOT_SET is not set",
    );
    expect(error.message).toContain(`networks.b.token: ${join(dir, "none")} cannot be read`);
    expect(error.message).toContain(
      "networks.c.token: credential c is asked for, and CREDENTIALS_DIRECTORY is not set",
    );
  });

  it("a model's key is found like a token, told where it is, and shown nowhere", () => {
    const worker = "kind: model, baseUrl: https://example.org/v1, model: m";
    const found = load(`workers: { m: { ${worker}, key: { env: K } } }`, {
      environment: { HOME: dir, K: planted },
    });
    const { m } = found.workers;
    expect(m?.kind === "model" && m.key?.reveal()).toBe(planted);
    expect(m).toMatchObject({ keyPlace: "environment variable K", retries: 2 });
    expect(inspect(found, { depth: 9 }) + JSON.stringify(found)).not.toContain(planted);
    const keyless = load(`workers: { m: { ${worker} } }`).workers["m"];
    expect(keyless).toMatchObject({ key: null, keyPlace: null });
    const missing = errorOf(() => load(`workers: { m: { ${worker}, key: { env: NOT_SET } } }`));
    expect(missing.code).toBe("config_secret_missing");
    expect(missing.message).toContain(
      "workers.m.key: environment variable NOT_SET is not set; set NOT_SET",
    );
    const inFile = join(dir, "key");
    writeFileSync(inFile, planted);
    const kept = load(`workers: { m: { ${worker}, key: { file: ${inFile} } } }`);
    expect(kept.secretPaths).toContain(inFile);
  });

  it.each(["ftp://example.org/v1", "https://a:b@example.org/v1", "https://example.org/v1?key=k"])(
    "%s is no address of a model",
    (baseUrl) => {
      const text = `workers: { m: { kind: model, baseUrl: "${baseUrl}", model: m } }`;
      expect(errorOf(() => load(text)).message).toContain("workers.m.baseUrl: ");
    },
  );

  it.each(["./agent", "bin/agent"])("%s is no place of a program", (command) => {
    const text = `workers: { c: { kind: command, command: "${command}" } }`;
    expect(errorOf(() => load(text)).message).toContain(
      "a name on the PATH, or a path that begins with / or ~/",
    );
  });

  it.each([
    ["command: []", "workers.a.command: "],
    ["command: [./agent]", "workers.a.command: "],
    ["command: [agent], environment: { MY_API_KEY: abc }", "name them under passEnvironment"],
    ["command: [agent], environment: { 7up: x }", "the name of an environment variable"],
    ["command: agent acp", "workers.a.command: "],
  ])("[X06] an agent over ACP with %s is refused", (keys, words) => {
    const error = errorOf(() => load(`workers: { a: { kind: acp, ${keys} } }`));
    expect(error.message).toContain(words);
  });

  it("that open a network are never passed to a worker", () => {
    const workers = "workers: { demo: { kind: demo, passEnvironment: [T] } }\n";
    const error = errorOf(() =>
      load(network("{ env: T }") + workers, { environment: { HOME: dir, T: planted } }),
    );
    expect(error.message).toContain("workers.demo.passEnvironment.0: T opens a network");
  });
});

describe("the example of a configuration", () => {
  it("shows each key of the schema", () => {
    const shown = parseDocument(everythingOn()).toJS() as Record<
      "networks" | "workers",
      Record<string, Record<string, unknown>>
    >;
    const { local, telegram, discord } = shown.networks;
    // What every network has is shown once, and what every worker has.
    const networks = {
      local,
      telegram: { ...local, ...telegram },
      discord: { ...local, ...discord },
    };
    const { approve, usage, offered } = shown.workers["demo"] ?? {};
    const workers = Object.fromEntries(
      Object.entries(shown.workers).map(([name, worker]) => [
        name,
        { approve, usage, offered, ...worker },
      ]),
    );
    const all = { ...shown, networks, workers };
    expect(missingKeys(configurationSchema(), all)).toEqual([]);
  });

  it("is accepted with what is switched off in it, one bot or several", () => {
    const local = { SLUICE_LOCAL_TOKEN: "l".repeat(32) };
    const environment = { HOME: dir, MODEL_API_KEY: "sk-m", ...local };
    const one = everythingOn().replaceAll(/^ *accounts:.*$/gm, "");
    const tokens = { TELEGRAM_BOT_TOKEN: "1:abc", DISCORD_BOT_TOKEN: "d.e.f" };
    expect(load(one, { environment: { ...environment, ...tokens } }).networks).toMatchObject({
      telegram: { adapter: "telegram", accounts: { main: {} } },
      discord: { adapter: "discord", accounts: { main: {} } },
    });
    const several = everythingOn().replaceAll(/^ *token: .*BOT_TOKEN.*$/gm, "");
    const others = { SUPPORT_BOT_TOKEN: "1:abc", SUPPORT_DISCORD_TOKEN: "d.e.f" };
    expect(load(several, { environment: { ...environment, ...others } }).networks).toMatchObject({
      telegram: { accounts: { support: {} } },
      discord: { accounts: { support: {} } },
    });
  });

  it("misses a key when one is left out", () => {
    expect(missingKeys(configurationSchema(), { log: { level: "info" } })).toContain("log.format");
  });
});

describe("routes of a configuration", () => {
  it("lead from networks that there are to workers that there are", () => {
    const text = [
      "routes:",
      "  - { network: lokal, worker: demo }",
      "  - { chat: '7', worker: dmeo }",
      "  - { user: 7, worker: demo }",
    ].join("\n");
    expect(errorOf(() => load(text)).message).toContain("routes.2.user: found 7, wanted text");
    const { message } = errorOf(() => load(text.replace("user: 7", "user: '7'")));
    expect(message).toContain('routes.0.network: there is no network "lokal"; did you mean local?');
    expect(message).toContain('routes.1.worker: there is no worker "dmeo"; did you mean demo?');
    expect(message).not.toContain("routes.2");
  });
});

describe("the schema of a configuration", () => {
  it("describes each key", () => {
    expect(undescribed(configurationSchema())).toEqual([]);
  });
});

/** The example with every line switched on. */
function everythingOn(): string {
  const text = readFileSync(join(root, "config.example.yaml"), "utf8");
  return text.replaceAll(/^( *)#: /gm, "$1");
}

interface Shape {
  readonly const?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

/** Walks every key of the schema; where names are free, the path goes on with each name that `shown` has. */
function walk(
  schema: unknown,
  shown: unknown,
  see: (path: string, key: Shape, value: unknown) => void,
  path = "",
): void {
  const shape = schema as Shape;
  const values = (shown ?? {}) as Record<string, unknown>;
  for (const part of [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])]) {
    const { adapter, kind } = part.properties ?? {};
    const wanted = adapter?.const ?? kind?.const;
    const found = values["adapter"] ?? values["kind"];
    if (wanted === undefined || wanted === found) walk(part, shown, see, path);
  }
  for (const [key, child] of Object.entries(shape.properties ?? {})) {
    see(`${path}${key}`, child, values[key]);
    walk(child, values[key], see, `${path}${key}.`);
  }
  const free = shape.additionalProperties;
  if (typeof free !== "object") return;
  for (const [key, value] of Object.entries(values)) walk(free, value, see, `${path}${key}.`);
}

function missingKeys(schema: unknown, shown: unknown): readonly string[] {
  const missing: string[] = [];
  walk(schema, shown, (path, _, value) => {
    const isChoice = /\.(token|accounts\.\w+\.token|key)\./.test(path);
    if (value === undefined && !isChoice) missing.push(path);
  });
  return missing;
}

function undescribed(schema: unknown): readonly string[] {
  const bare: string[] = [];
  const adapters = ["local", "telegram", "discord"];
  const networks = Object.fromEntries(adapters.map((adapter) => [adapter, { adapter }]));
  const kinds = ["demo", "model", "command", "acp"];
  const shown = { networks, workers: Object.fromEntries(kinds.map((kind) => [kind, { kind }])) };
  walk(schema, shown, (path, key) => {
    const all = [key, ...(key.anyOf ?? [])];
    if (!all.some(({ description }) => description !== undefined)) bare.push(path);
  });
  return bare;
}

describe("the configuration file", () => {
  const find = (named: string | null, environment: Record<string, string> = {}): string | null =>
    findConfigurationFile({ named, environment: { HOME: dir, ...environment }, directory: dir });

  it("is the one that was named, then the directory's, then the user's, then none", () => {
    expect(find(null)).toBeNull();
    const user = join(dir, ".config/sluice/config.yaml");
    mkdirSync(dirname(user), { recursive: true });
    writeFileSync(user, "");
    expect(find(null)).toBe(user);
    const here = file("");
    expect(find(null)).toBe(here);
    expect(find(null, { SLUICE_CONFIG: "/etc/sluice.yaml" })).toBe("/etc/sluice.yaml");
    expect(find("other.yaml", { SLUICE_CONFIG: "/etc/sluice.yaml" })).toBe(join(dir, "other.yaml"));
  });
});
