import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDirectory, speak } from "./cli.ts";

let place: ReturnType<typeof makeDirectory>;
beforeEach(() => (place = makeDirectory()));
afterEach(() => place.remove());

function write(text: string): string {
  const file = join(place.path, "config.yaml");
  writeFileSync(file, text);
  return file;
}

const BOT = `networks: { telegram: { adapter: telegram, token: { file: bot-token } } }\n`;

describe("config check", () => {
  it("says each mistake as file:line:column and ends with 78", async () => {
    const file = write("turns:\n  atOnce: many\ndrain: { timeoutMs: -1 }\n");
    const { code, out } = await speak(place.path, ["config", "check"]);
    expect(code).toBe(78);
    expect(out).toContain(`${file}:2:11: turns.atOnce: found "many", wanted a whole number\n`);
    expect(out).toContain(`${file}:3:21: drain.timeoutMs: `);
    expect(out).toMatch(/\n2 problems\n$/);
  });

  it("ends with 0 when there is none, and says so", async () => {
    const file = write("turns: { atOnce: 3 }\n");
    expect(await speak(place.path, ["config", "check"])).toEqual({
      code: 0,
      out: `${file}: no problem\n`,
      err: "",
    });
  });

  it("lists the places as JSON when asked to", async () => {
    const file = write("drain: { timeoutMs: -1 }\n");
    const { code, out } = await speak(place.path, ["config", "check", "--json"]);
    expect(code).toBe(78);
    const line = { line: 1, column: 21 };
    expect(JSON.parse(out)).toMatchObject({
      file,
      problems: [{ place: line, key: "drain.timeoutMs" }],
    });
  });

  it("tells of a secret that is not there, unless only the service is given it", async () => {
    write(BOT);
    const strict = await speak(place.path, ["config", "check"]);
    expect(strict).toMatchObject({ code: 78 });
    expect(strict.out).toContain("networks.telegram.token");
    const lenient = await speak(place.path, ["config", "check", "--without-secrets"]);
    expect(lenient).toMatchObject({ code: 0 });
  });

  it("tells of a file that is not there in one line", async () => {
    const { code, out, err } = await speak(place.path, ["config", "check", "--config", "no.yaml"]);
    expect(code).toBe(78);
    expect(out).toContain("no.yaml: Cannot read the configuration");
    expect(err).toBe("");
  });
});

describe("config show", () => {
  it("prints what holds, defaults included, and no secret", async () => {
    write(`${BOT}turns: { atOnce: 3 }\n`);
    writeFileSync(join(place.path, "bot-token"), "123:planted-secret\n");
    for (const words of [[], ["--json"]]) {
      const { code, out } = await speak(place.path, ["config", "show", ...words]);
      expect(code).toBe(0);
      expect(out).toMatch(/"?atOnce"?: 3/);
      expect(out).toMatch(/"?startAttempts"?: 2/);
      expect(out).toContain("(secret)");
      expect(out).not.toContain("planted-secret");
    }
  });

  it("hides what an address carries before its host", async () => {
    write(BOT.replace("} } }", `}, apiRoot: "http://me:planted-secret@bots.example" } }`));
    writeFileSync(join(place.path, "bot-token"), "123:abc\n");
    const { code, out } = await speak(place.path, ["config", "show"]);
    expect(code).toBe(0);
    expect(out).toContain("http://(secret)@bots.example");
    expect(out).not.toContain("planted-secret");
  });
});

describe("config schema", () => {
  it("prints a JSON Schema of the file", async () => {
    const { code, out } = await speak(place.path, ["config", "schema"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      type: "object",
      additionalProperties: false,
      properties: { turns: { properties: { atOnce: { type: "integer", default: 64 } } } },
    });
  });
});
