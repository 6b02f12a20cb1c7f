import { afterEach, describe, expect, it } from "vitest";
import { openHouse, PATIENCE, type House } from "./house.ts";

describe("a gateway that is killed again and again", () => {
  let house: House;
  afterEach(() => house.close());

  it("under `start` takes messages after three kills in a row", async () => {
    house = await openHouse();
    await house.start();
    let last = await house.ready();
    for (let kill = 0; kill < 3; kill += 1) {
      process.kill(last.pid, "SIGKILL");
      last = await house.ready(last.boot);
    }
    expect((await house.control.status()).held).toBeNull();
    await house.say("echo still here");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["still here"]);
  });

  it("[L07] under `run` holds its channels, answers operators, and goes on when told", async () => {
    house = await openHouse();
    for (let kill = 0; kill < 3; kill += 1) {
      const program = await house.run();
      program.kill("SIGKILL");
      await program.ended;
    }
    await house.run();
    const { code, out } = await house.cli(["status"]);
    expect(code).toBe(0);
    expect(out).toContain("3 boots ended uncleanly");
    expect(out).toContain("undrain");
    const held = await house.chat().say("hello", { signal: new AbortController().signal });
    expect(held.outcome).toBe("again");
    expect((await house.cli(["undrain"])).code).toBe(0);
    await house.say("echo here again");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["here again"]);
  });
});
