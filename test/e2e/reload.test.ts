import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHouse, PATIENCE, type House } from "./house.ts";

describe("a reload", () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  it("[X07] takes up what can change, names what cannot, and keeps the last good file through a broken one", async () => {
    const program = await house.run();
    const yaml = readFileSync(house.config, "utf8");

    writeFileSync(house.config, `${yaml}turns:\n  atOnse: 3\n`);
    const broken = await house.cli(["config", "reload"]);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain(`${house.config}\n  line 6, column 3: turns.atOnse: unknown key`);
    expect(broken.err).toContain(
      "1 problem: correct the file and reload again; the gateway goes on",
    );
    expect(broken.err).not.toContain("start again");
    program.kill("SIGHUP");
    await expect.poll(() => program.out(), PATIENCE).toContain("the last good one goes on");
    expect((await house.control.status()).turnLimit).toBe(64);

    const own = yaml.replace("port: null", "port: 1");
    writeFileSync(house.config, `${own}turns: { atOnce: 3 }\nnotices: { texts: { up: "Up!" } }\n`);
    const half = await house.cli(["config", "reload", "--json"]);
    expect(half.code).toBe(1);
    expect(JSON.parse(half.out)).toMatchObject({
      file: house.config,
      changed: ["turns.atOnce", "notices.texts.up"],
      refused: ["http.port"],
    });
    expect((await house.control.status()).turnLimit).toBe(3);

    writeFileSync(house.config, `${yaml}turns: { atOnce: 5 }\n`);
    program.kill("SIGHUP");
    await expect.poll(async () => (await house.control.status()).turnLimit, PATIENCE).toBe(5);
    await house.say("echo hello");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["hello"]);
    program.kill("SIGTERM");
    expect((await program.ended).code).toBe(0);
  });
});
