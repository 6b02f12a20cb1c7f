import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";

import { deployedUnits } from "../../deploy/print.ts";
import { loadConfiguration } from "../../gateway/config/load.ts";
import { makeDirectory } from "../cli/cli.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, "deploy", file), "utf8");

/** What a full drain takes, of the configuration in such a file, and after how long it is killed. */
function drainOf(text: string): { readonly needed: number; readonly limit: number | null } {
  const directory = makeDirectory();
  onTestFinished(() => directory.remove());
  const token = join(directory.path, "token");
  writeFileSync(token, "123:abc");
  const file = join(directory.path, "config.yaml");
  writeFileSync(file, text.replace(/file: \S+/, `file: ${token}`));
  const { drain } = loadConfiguration({ file, environment: {} });
  return { needed: drain.timeoutMs + drain.deliveryMs + 2000, limit: drain.supervisorStopMs };
}

describe("deploy/", () => {
  it.each(Object.entries(deployedUnits()))(
    "%s is what `npm run deploy:print` writes",
    (file, text) => {
      expect(read(file)).toBe(text);
    },
  );

  it("Dockerfile copies every room of the product, runs as nobody special, and node gets the signals", () => {
    const text = read("Dockerfile");
    const rooms = readdirSync(ROOT).filter((one) =>
      ["adapters", "cli", "console", "gateway", "sessions", "workers"].includes(one),
    );
    for (const room of rooms) expect(text).toContain(`COPY ${room} ./${room}\n`);
    expect(text).toMatch(/^USER node$/m);
    expect(text).toMatch(
      /^ENTRYPOINT \["node", "--max-semi-space-size=2", "\/app\/cli\/main\.ts"\]$/m,
    );
    expect(existsSync(join(ROOT, "cli/main.ts"))).toBe(true);
  });

  it("compose.yaml leaves time for a full drain, and the gateway knows how much", () => {
    const { services, configs } = parse(read("compose.yaml")) as {
      services: { sluice: { stop_grace_period: string; init: boolean } };
      configs: { sluice: { content: string } };
    };
    const graceMs = Number.parseInt(services.sluice.stop_grace_period, 10) * 1000;
    const { needed, limit } = drainOf(configs.sluice.content);
    expect(limit).toBe(graceMs);
    expect(graceMs).toBeGreaterThan(needed);
    expect(services.sluice.init).toBe(true);
  });

  it("kubernetes.yaml never runs two, and leaves time for preStop and a full drain", () => {
    const all = parseAllDocuments(read("kubernetes.yaml")).map((one) => one.toJS() as unknown);
    const [map, , deployment] = all;
    const { data } = map as { data: Record<string, string> };
    const { spec } = deployment as {
      spec: {
        replicas: number;
        strategy: { type: string };
        template: { spec: { terminationGracePeriodSeconds: number } };
      };
    };
    const graceMs = spec.template.spec.terminationGracePeriodSeconds * 1000;
    const { needed, limit } = drainOf(data["config.yaml"] ?? "");
    expect(spec.replicas).toBe(1);
    expect(spec.strategy.type).toBe("Recreate");
    expect(limit).toBe(graceMs - 2000);
    expect(graceMs - 2000).toBeGreaterThan(needed);
  });

  it("grafana.json shows only figures that the gateway has", () => {
    const shown = new Set(read("grafana.json").match(/sluice_[a-z_]+/g));
    const sources = readdirSync(join(ROOT, "gateway"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(ROOT, "gateway", file), "utf8"))
      .join("\n");
    const missing = [...shown].filter(
      (name) => !sources.includes(`"${name.replace(/_bucket$/, "")}"`),
    );
    expect(shown.size).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });
});
