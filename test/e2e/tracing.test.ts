import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHouse, PATIENCE, type House } from "./house.ts";

/** As docs/operations.md has it, with an exporter that writes lines; its packages are this checkout's. */
const PRELOADED = (file: string): string => `
import { appendFileSync } from "node:fs";
import { trace } from ${JSON.stringify(import.meta.resolve("@opentelemetry/api"))};
import { BasicTracerProvider, BatchSpanProcessor }
  from ${JSON.stringify(import.meta.resolve("@opentelemetry/sdk-trace-base"))};
const exporter = {
  export(spans, done) {
    for (const { name, attributes, links } of spans)
      appendFileSync(${JSON.stringify(file)}, JSON.stringify({ name, attributes, links }) + "\\n");
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);
process.once("beforeExit", () => provider.shutdown());
`;

interface Line {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly unknown[];
}

describe("a preloaded OpenTelemetry SDK", () => {
  let house: House;
  let file: string;
  let preloaded: string;
  beforeEach(async () => {
    house = await openHouse(["tracing: { enabled: true }"]);
    file = join(house.directory, "spans.jsonl");
    preloaded = join(house.directory, "otel.mjs");
    writeFileSync(preloaded, PRELOADED(file));
  });
  afterEach(() => house.close());

  const lines = (name: string): readonly Line[] =>
    (existsSync(file) ? readFileSync(file, "utf8") : "")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line.name === name);

  it("is given what one boot and the next one did, to the last span", async () => {
    const environment = { NODE_OPTIONS: `--import=${preloaded}` };
    const first = await house.run(environment);
    await house.say("echo planted words");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["planted words"]);
    await house.say("hang");
    await expect
      .poll(async () => (await house.control.status()).turns, PATIENCE)
      .toMatchObject({ running: 1 });
    await house.cli(["restart", "--force", "--no-wait"]);
    expect((await first.ended).code).toBe(75);
    expect(lines("sluice.drain")).toHaveLength(1);
    expect(lines("sluice.turn").map(({ attributes }) => attributes["sluice.outcome"])).toEqual([
      "completed",
      "interrupted",
    ]);

    const second = await house.run(environment);
    await house.say("echo again");
    await expect.poll(async () => (await house.said()).at(-1), PATIENCE).toContain("again");
    second.kill("SIGTERM");
    await second.ended;
    const [, , last] = lines("sluice.turn");
    expect(last?.attributes["sluice.noted"]).toBe(true);
    expect(last?.links).toHaveLength(1);
    expect(readFileSync(file, "utf8")).not.toMatch(/planted|home|token-of-this-house/);
  });

  it("that is missing is said in the log", async () => {
    const program = await house.run();
    expect(program.out()).toContain("tracing is on and no OpenTelemetry SDK is loaded");
  });
});
