import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Configuration } from "../../../gateway/config/configuration.ts";
import { loadConfiguration } from "../../../gateway/config/load.ts";
import { differences } from "../../../gateway/reload/differences.ts";
import { liveConfiguration } from "../../../gateway/reload/live-configuration.ts";
import { whatCanChange } from "../../../gateway/reload/what-can-change.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-reload-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function load(yaml: string, token = "1:planted"): Configuration {
  const file = join(directory, "config.yaml");
  writeFileSync(file, yaml);
  return loadConfiguration({ file, environment: { HOME: directory, TOKEN: token } });
}

const BASE = [
  "networks:",
  "  tg: { adapter: telegram, token: { env: TOKEN }, groups: { '*': mention } }",
  "workers:",
  "  demo: { kind: demo }",
  "  other: { kind: command, command: cat }",
  "",
].join("\n");

const refusedIn = (after: Configuration): readonly string[] => {
  const before = load(BASE);
  return differences(whatCanChange(before, after), after);
};

describe("what a reload refuses", () => {
  it.each([
    ["the state directory", `stateDir: ${join("/", "elsewhere")}\n${BASE}`, "stateDir"],
    ["a port", `http: { port: 9 }\n${BASE}`, "http.port"],
    ["the webhooks' address", `webhooks: { host: "::1" }\n${BASE}`, "webhooks.host"],
    ["spans", `tracing: { enabled: true }\n${BASE}`, "tracing.enabled"],
    ["a log of another form", `log: { format: json }\n${BASE}`, "log.format"],
    ["a new network", BASE.replace("workers:", "  l: { adapter: local }\nworkers:"), "networks.l"],
    ["a network that is gone", BASE.replace("tg:", "tg2:"), "networks.tg"],
    ["a network's server", BASE.replace("groups:", "apiRoot: http://x.y, groups:"), "apiRoot"],
    ["an agent that is gone", BASE.replace(/ {2}other:.*\n/, ""), "workers.other"],
    ["an agent's program", BASE.replace("command: cat", "command: tac"), "workers.other.command"],
    ["a way to a new agent", `${BASE}  new: { kind: demo }\ndefaultWorker: new\n`, "defaultWorker"],
  ])("[X07] %s, by its name", (_, yaml, key) => {
    expect(yaml).not.toBe(BASE);
    expect(refusedIn(load(yaml)).some((one) => one.endsWith(key))).toBe(true);
  });

  it("[X07][X05] a token, without showing it", () => {
    const refused = refusedIn(load(BASE, "2:other-planted"));
    expect(refused).toEqual(["networks.tg.accounts.main"]);
  });

  it("[X07] nothing where nothing changed", () => {
    expect(refusedIn(load(BASE))).toEqual([]);
  });
});

describe("what a reload takes up", () => {
  it("[X07] every limit, and the lists and rules of a network", () => {
    const yaml = [
      BASE.replace("groups: { '*': mention }", "allow: ['7'], groups: { '-1': all }, edits: rerun"),
      "defaultWorker: other",
      "routes: [{ network: tg, worker: demo }]",
      "turns: { queueLimit: 7 }",
      "delivery: { attempts: 2 }",
      "retention: { turnsMs: 7200000 }",
      "",
    ].join("\n");
    const after = load(yaml);
    expect(refusedIn(after)).toEqual([]);
    expect(whatCanChange(load(BASE), after)).toEqual(after);
  });

  it("[X07] how a bot listens in groups, in the object that its adapter holds", () => {
    const live = liveConfiguration(load(BASE), () => Promise.reject(new Error("not asked")));
    const held = live.hearing("tg");
    expect(held).toEqual({ "*": "mention" });
    live.replace(load(BASE.replace("'*': mention", "'-1': { hear: all }")));
    expect(held).toEqual({ "-1": "all" });
    expect(live.hearing("tg")).toBe(held);
  });
});
