import { createServer, type Server } from "node:http";
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort, openHouse, PATIENCE, type House } from "./house.ts";

const TELEGRAM = "123456789:planted-AAE4f0c9e_telegram-token-of";
const DISCORD = "plantedMTIzNDU2.Gplant.discord-token-of-this-test-4f0c9e";

/** What a network may answer when it is not itself: with the path, which for Telegram has the token in it. */
const FAULTS = {
  "refuses the token": (path: string) => ({
    status: 401,
    text: JSON.stringify({ ok: false, error_code: 401, description: `Unauthorized ${path}` }),
  }),
  "answers with garbage": (path: string) => ({ status: 200, text: `<html>${path}` }),
  "has broken down": (path: string) => ({ status: 502, text: `Bad gateway at ${path}` }),
  "cannot be reached": null,
};

describe("a bot's token", () => {
  let house: House;
  let server: Server | null = null;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    server = null;
    await house.close();
  });

  const open = async (answer: (typeof FAULTS)[keyof typeof FAULTS], seen: string[]) => {
    const port = await freePort();
    if (answer !== null) {
      server = createServer((request, response) => {
        seen.push(request.url ?? "");
        const { status, text } = answer(`${request.url} ${request.headers.authorization}`);
        response.writeHead(status, { "Content-Type": "application/json" }).end(text);
      });
      await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
    }
    return `http://127.0.0.1:${port}`;
  };

  it.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])(
    "[X05] appears in no output when its network %s, also when the gateway then crashes",
    async (fault) => {
      const seen: string[] = [];
      const root = await open(FAULTS[fault], seen);
      const yaml = [
        `stateDir: ${house.stateDir}`,
        "log: { level: trace }",
        "http: { port: null }",
        "networks:",
        `  tg: { adapter: telegram, token: { env: TG }, apiRoot: "${root}", operators: ["1"] }`,
        `  dc: { adapter: discord, token: { env: DC }, apiRoot: "${root}/api", operators: ["1"] }`,
        "",
      ];
      writeFileSync(house.config, yaml.join("\n"));
      const program = house.spawn(["run"], { TG: TELEGRAM, DC: DISCORD });
      const isOver = { value: false };
      void program.ended.then(() => (isOver.value = true));
      const isAsked = () => FAULTS[fault] === null || seen.some((path) => path.startsWith("/api"));
      const told = () =>
        isOver.value || (isAsked() && /retrying|refused/i.test(program.out() + program.err()));
      await expect.poll(told, PATIENCE).toBe(true);
      const status = await house.cli(["status", "--json"], { TG: TELEGRAM, DC: DISCORD });
      program.kill("SIGABRT");
      const { out, err } = await program.ended;
      if (FAULTS[fault] !== null) {
        expect(seen.join("\n")).toContain(TELEGRAM);
        expect(isAsked()).toBe(true);
      }
      expect(out + err).not.toBe("");
      for (const text of [out, err, status.out, status.err]) {
        expect(text).not.toContain(TELEGRAM);
        expect(text).not.toContain(TELEGRAM.split(":")[1]);
        expect(text).not.toContain(DISCORD);
      }
    },
  );
});
