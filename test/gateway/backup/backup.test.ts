import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHouse, PATIENCE, type House } from "../../e2e/house.ts";

describe("a backup", () => {
  let house: House;
  let file: string;
  beforeEach(async () => {
    house = await openHouse();
    file = join(house.directory, "kept.backup");
  });
  afterEach(() => house.close());

  const inState = (...names: string[]): string => join(house.stateDir, ...names);

  it("of a gateway that runs brings back what was said then, and restoring keeps what came since", async () => {
    const program = await house.run();
    await house.say("echo before");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["before"]);
    mkdirSync(inState("files", "in", "a"), { recursive: true });
    writeFileSync(inState("files", "in", "a", "one.bin"), "\0one");
    mkdirSync(inState("archive", "local"), { recursive: true });
    writeFileSync(inState("archive", "local", "old.jsonl.gz"), "archived");
    writeFileSync(inState("archive", "local", "half.jsonl.gz.part"), "half");
    writeFileSync(inState("local-token"), "planted");

    const made = await house.cli(["backup", file, "--json"]);
    expect(made.code, made.err).toBe(0);
    expect(JSON.parse(made.out)).toMatchObject({
      file,
      files: 1,
      archived: 1,
      leftOut: ["local-token", "workspaces"],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "latin1")).not.toContain("planted");
    expect(readdirSync(house.directory).filter((name) => name.includes(".part"))).toEqual([]);

    await house.say("echo after");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["before", "after"]);
    writeFileSync(inState("files", "in", "a", "one.bin"), "changed");
    writeFileSync(inState("archive", "local", "newer.jsonl.gz"), "newer");
    const early = await house.cli(["restore", file]);
    expect(early.code).toBe(78);
    expect(early.err).toContain("is in use by process");
    program.kill("SIGTERM");
    await program.ended;

    const restored = await house.cli(["restore", file, "--json"]);
    expect(restored.code, restored.err).toBe(0);
    expect(existsSync(inState(".clean_shutdown"))).toBe(false);
    const { aside } = JSON.parse(restored.out) as { aside: string };
    expect(readFileSync(inState("files", "in", "a", "one.bin"), "utf8")).toBe("\0one");
    expect(readFileSync(join(aside, "files", "in", "a", "one.bin"), "utf8")).toBe("changed");
    expect(readdirSync(inState("archive", "local"))).toEqual(["old.jsonl.gz"]);
    expect(readFileSync(inState("archive", "local", "old.jsonl.gz"), "utf8")).toBe("archived");
    expect(readdirSync(join(aside, "archive", "local"))).toContain("newer.jsonl.gz");
    const old = new DatabaseSync(join(aside, "sluice.sqlite"), { readOnly: true });
    expect(old.prepare("SELECT body FROM transcript").all()).toHaveLength(4);
    old.close();
    expect(statSync(inState("sluice.sqlite")).mode & 0o777).toBe(0o600);

    const again = await house.run();
    expect(await house.said()).toEqual(["before"]);
    await house.say("echo and on");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["before", "and on"]);
    again.kill("SIGTERM");
    expect((await again.ended).code).toBe(0);
  });

  it("that is damaged, of a newer version, or none at all changes nothing", async () => {
    const program = await house.run();
    await house.say("echo kept");
    await expect.poll(() => house.said(), PATIENCE).toEqual(["kept"]);
    program.kill("SIGTERM");
    await program.ended;
    expect((await house.cli(["backup", file])).code).toBe(0);
    const taken = await house.cli(["backup", file]);
    expect(taken.code).toBe(2);
    expect(taken.err).toContain("is there already");
    const before = readFileSync(inState("sluice.sqlite"));

    const newer = join(house.directory, "newer");
    writeFileSync(newer, readFileSync(file));
    const database = new DatabaseSync(newer);
    database.exec("PRAGMA user_version = 999");
    database.close();
    const damaged = join(house.directory, "damaged");
    writeFileSync(damaged, readFileSync(file).fill(7, 4096, 20_000));
    const store = join(house.directory, "store");
    writeFileSync(store, before);
    for (const [name, code, found] of [
      [newer, 78, "version 999"],
      [damaged, 1, "no whole backup"],
      [store, 1, "no whole backup"],
      [house.config, 1, "no whole backup"],
      [join(house.directory, "nothing"), 2, "There is no backup"],
    ] as const) {
      const refused = await house.cli(["restore", name]);
      expect(refused.err).toContain(found);
      expect(refused.code, name).toBe(code);
    }
    expect(readFileSync(inState("sluice.sqlite")).equals(before)).toBe(true);
    expect(readdirSync(house.stateDir).some((name) => name.includes("restor"))).toBe(false);
    expect(existsSync(inState(".clean_shutdown"))).toBe(true);
  });

  it("of a state that never was is refused with what to do", async () => {
    const refused = await house.cli(["backup", file]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("--state-dir");
    expect(existsSync(file)).toBe(false);
  });
});
