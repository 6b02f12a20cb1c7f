import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { speak, startCli } from "../../cli/cli.ts";
import { openConsoleHouse } from "../../console/e2e/console-house.ts";
import type { ConsoleHouse } from "../../console/e2e/console-house.ts";
import { ask } from "./ask.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let house: ConsoleHouse;
beforeEach(async () => {
  house = await openConsoleHouse();
});
afterEach(() => house.close());

const port = (): number => Number(new URL(house.origin).port);
const entrance = async (): Promise<Readonly<Record<string, string>>> => {
  const link = new URL(house.link());
  const { headers } = await ask(port(), `${link.pathname}${link.search}`);
  return { Cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
};
const statusOf = async (headers: Readonly<Record<string, string>>): Promise<number> =>
  (await ask(port(), "/api/v1/status", { headers })).status;
const tokenFile = (): string => join(house.directory, "console-token");

it("who is in stays in over a restart, and not over a new token, which is in no output", async () => {
  const first = await house.run();
  const cookie = await entrance();
  const token = readFileSync(tokenFile(), "utf8").trim();
  expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
  expect(await statusOf(cookie)).toBe(200);
  const json = await startCli(house.directory, ["console", "--json"]).result;
  expect(JSON.parse(json.out)).toEqual({
    url: `${house.origin}/`,
    link: `${house.origin}/?token=${token}`,
    isRunning: true,
  });
  first.kill("SIGTERM");
  const { code } = await first.result;
  expect(code).toBe(0);
  const second = await house.run();
  expect(await statusOf(cookie)).toBe(200);
  const metrics = (await ask(port(), "/metrics")).text;
  second.kill("SIGTERM");
  await second.result;
  rmSync(tokenFile());
  const third = await house.run();
  expect(await statusOf(cookie)).toBe(401);
  expect(await statusOf(await entrance())).toBe(200);
  const outputs = [first, second, third].flatMap((one) => [one.out(), one.err()]);
  expect(outputs.join("").length).toBeGreaterThan(500);
  for (const text of [...outputs, metrics]) expect(text).not.toContain(token);
});

it("a browser is opened without the token in the words of its program, and comes in once", async () => {
  const programs = join(house.directory, "programs");
  const words = join(house.directory, "words");
  mkdirSync(programs);
  for (const name of ["xdg-open", "open"]) {
    writeFileSync(join(programs, name), `#!/bin/sh\necho "$@" > ${words}\n`, { mode: 0o755 });
  }
  const open = (PATH = programs) =>
    startCli(house.directory, ["console", "--open"], { PATH }).result;
  const early = await open();
  expect([early.code, early.err]).toEqual([1, expect.stringContaining("No gateway seems to run")]);
  await house.run();
  expect(await open()).toMatchObject({ code: 0, out: `Opened ${house.origin}/\n` });
  const said = (): string => (existsSync(words) ? readFileSync(words, "utf8") : "");
  await expect.poll(said, { timeout: 15_000 }).toContain("\n");
  const address = new URL(said().trim());
  expect(address.href).not.toContain(readFileSync(tokenFile(), "utf8").trim());
  expect((await ask(port(), `/${address.search}`)).status).toBe(303);
  expect((await ask(port(), `/${address.search}`)).status).toBe(401);
  const none = await open(house.directory);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("Cannot open a browser")]);
});

it("a gateway without a console, or on any free port, has no link, and it is said why", async () => {
  for (const [top, why] of [
    ["http: { port: null }", "http.port is null"],
    ["http: { port: 0 }", "http.port is 0"],
    ["console: { enabled: false }", "console.enabled is false"],
  ] as const) {
    const file = join(house.directory, "other.yaml");
    writeFileSync(file, `networks: { local: { adapter: local } }\n${top}\n`);
    const { code, err } = await speak(house.directory, ["console", "--config", file]);
    expect([code, err]).toEqual([78, expect.stringContaining(why)]);
  }
});

// On a machine that does much else at that moment, everything may take a second.
it(
  "a page that is open, with its streams, does not hold up the end of the gateway",
  { retry: 2 },
  async () => {
    const gateway = await house.run();
    const headers = await entrance();
    const ended = ["/api/v1/feed?after=0", "/chat/v1/chats/home/events?after=0"].map(
      (path) =>
        new Promise<void>((resolve, reject) => {
          get({ port: port(), path, headers }, (response) => {
            response
              .resume()
              .on("end", resolve)
              .on("error", () => resolve());
            streams += 1;
          }).on("error", reject);
        }),
    );
    let streams = 0;
    await expect.poll(() => streams, { timeout: 15_000 }).toBe(2);
    const began = Date.now();
    gateway.kill("SIGTERM");
    await Promise.all(ended);
    expect((await gateway.result).code).toBe(0);
    const tookMs = Date.now() - began;
    const lines = gateway
      .out()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    const at = (message: string): number => {
      const line = lines.find((one) => one.includes(`"msg":"${message}"`)) ?? "{}";
      return Date.parse((JSON.parse(line) as { time: string }).time);
    };
    // Without them it is some 30 ms; a connection that nobody ends costs a second.
    expect(at("gateway stopped") - at("drained")).toBeLessThan(900);
    expect(tookMs).toBeLessThan(10_000);
  },
);
