import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseDocument, stringify } from "yaml";
import { problemsOf } from "../../gateway/config/problem.ts";
import { loadConfiguration } from "../../gateway/config/load.ts";
import { SluiceError } from "../../sessions/errors.ts";

/** Of each of three kinds. `FUZZ_CONFIGURATIONS=50000 npx vitest run test/cli/config-fuzz` for more. */
const RUNS = Number(process.env["FUZZ_CONFIGURATIONS"] ?? 3_400);
const LONGEST_MS = 5000;

// A run takes some 10 ms; much more where there is only a part of a processor.
vi.setConfig({ testTimeout: 30_000 + RUNS * 60 });

let directory = "";
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), "sluice-fuzz-"))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Outcome = "accepted" | "refused";

/** Accepted, or refused with places and words; anything else throws. */
function load(text: string | Uint8Array): Outcome {
  const file = join(directory, "config.yaml");
  writeFileSync(file, text);
  const began = performance.now();
  try {
    loadConfiguration({ file, environment: { HOME: directory } });
    return "accepted";
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    expect(error.code).toMatch(/^config_/);
    const problems = problemsOf(error) ?? [];
    expect(problems.length, error.message).toBeGreaterThan(0);
    for (const { text: said, place } of problems) {
      expect(said).toMatch(/\S/);
      expect(said).not.toMatch(/Invalid input|undefined|\[object|ZodError|TypeError|at .*\.ts:/);
      if (place === null) continue;
      expect(place.line).toBeGreaterThanOrEqual(1);
      expect(place.column).toBeGreaterThanOrEqual(1);
    }
    return "refused";
  } finally {
    expect(performance.now() - began).toBeLessThan(LONGEST_MS);
  }
}

/** The example, with all that is switched off in it. */
const EXAMPLE = readFileSync(new URL("../../config.example.yaml", import.meta.url), "utf8");
const FULL = EXAMPLE.replaceAll(/^( *)#: /gm, "$1");
const values: unknown = parseDocument(FULL).toJS();

/** Every place of the example that could hold something else. */
function pathsOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    [key],
    ...pathsOf(child).map((rest) => [key, ...rest]),
  ]);
}

const path = fc.constantFrom(...pathsOf(values));

const ODD: readonly unknown[] = [
  [null, true, -1, 0, 1.5, 2 ** 53, 1e308, Number.NaN, -Infinity, "", " ", "*", "~", "off"],
  ["__proto__", "constructor", "\0", "\u{1F600}", "x".repeat(10_000), [[]], {}, [[[]]], [[null]]],
  [{ env: "A", file: "b" }, { env: "" }, { file: "/" }, { credential: "../x" }, { adapter: 1 }],
].flat();

const odd = fc.oneof(
  fc.constantFrom(...ODD),
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: "binary", maxLength: 30 }),
);

function changed(text: string, at: readonly string[], value: unknown): string {
  const document = parseDocument(text);
  document.setIn(at, value);
  return String(document);
}

const YAML = [
  ["&a ", "*a", "<<: *a", "!!binary ", "!!js/function ", "!!float ", "!!set ", "!!timestamp "],
  ["? ", ": ", "- ", "---\n", "...\n", "%YAML 9.9\n", "%TAG ! x\n", "|\n", ">-\n", "\t"],
  ["{", "}", "[", "]", '"', "'", "#", "\u0000", "\uFEFF", "\u2028", "\r", "\n", "0o17", "1e999"],
  ["__proto__: {}\n", "network: &n { <<: *n }\n", "turns: &t [*t]\n", "{}: 1\n", "? [a]\n: b\n"],
].flat();

describe("a broken configuration", () => {
  it("with other values in its places is taken or refused in words", () => {
    const seen = new Set<Outcome>();
    const change = fc.array(fc.tuple(path, odd), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(change, (changes) => {
        const base = changes.length > 1 ? FULL : EXAMPLE;
        let text = base;
        for (const [at, value] of changes) {
          try {
            text = changed(text, at, value);
          } catch {
            // Something else already stands where the path leads through.
          }
        }
        seen.add(load(text));
      }),
      { numRuns: Math.ceil(RUNS * 0.4) },
    );
    expect(seen).toContain("refused");
  });

  it("cut, doubled or spoilt anywhere in its text is taken or refused in words", () => {
    const spoil = fc.tuple(fc.nat(FULL.length), fc.constantFrom(...YAML), fc.nat(40));
    fc.assert(
      fc.property(fc.array(spoil, { minLength: 1, maxLength: 5 }), (spoils) => {
        let text = FULL;
        for (const [at, what, cut] of spoils) {
          text = text.slice(0, at) + what + text.slice(at + cut);
        }
        load(text);
      }),
      { numRuns: Math.ceil(RUNS * 0.3) },
    );
  });

  it("of any values, any text and any bytes is taken or refused in words", () => {
    const whole = fc.oneof(
      fc.jsonValue({ maxDepth: 6 }).map((value) => stringify(value)),
      fc
        .dictionary(fc.constantFrom("networks", "workers", "turns", "log", "stateDir"), odd)
        .map((value) => stringify(value)),
      fc.array(fc.constantFrom(...YAML, "a", "networks", "local", " ")).map((all) => all.join("")),
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(whole, (text) => void load(text)),
      { numRuns: Math.ceil(RUNS * 0.3) },
    );
  });

  it.each([
    ["a bomb of aliases", bomb()],
    ["an alias of itself", "networks: &n { local: *n }\n"],
    ["lists in lists", `networks: ${"[".repeat(2000)}${"]".repeat(2000)}\n`],
    ["groups in groups", `${"{a: ".repeat(2000)}1${"}".repeat(2000)}\n`],
    ["blocks in blocks", Array.from({ length: 500 }, (_, at) => `${" ".repeat(at)}a:`).join("\n")],
    ["3,000 unknown keys", Array.from({ length: 3_000 }, (_, at) => `k${at}: 1`).join("\n")],
    ["far too many keys", Array.from({ length: 100_000 }, (_, at) => `k${at}: 1`).join("\n")],
    ["a key twice", "turns: { atOnce: 1 }\nturns: { atOnce: 2 }\n"],
    ["a tag that nobody knows", "turns: !!js/function 'x'\n"],
    ["several documents", "turns: {}\n---\nturns: {}\n"],
    ["keys that are no text", "? [a, b]\n: 1\n? { c: d }\n: 2\n"],
    ["a prototype", "__proto__: { atOnce: 1 }\nturns: { __proto__: { atOnce: 1 } }\n"],
    ["a megabyte of text", `stateDir: "${"x".repeat(1_000_000)}"\n`],
    ["bytes that are no text", Uint8Array.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a])],
  ])("of %s is refused in words, soon", (_, text) => {
    expect(load(text)).toBe("refused");
  });
});

/** Nine lists, each of nine times the one before. */
function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let at = 1; at < 10; at += 1) {
    lines.push(`a${at}: &a${at} [${Array.from({ length: 9 }, () => `*a${at - 1}`).join(", ")}]`);
  }
  return `${lines.join("\n")}\n`;
}
