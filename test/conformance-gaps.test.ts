import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { findGaps } from "./conformance-gaps.ts";

const list = readFileSync(join(import.meta.dirname, "../docs/conformance.md"), "utf8");

describe("conformance gaps", () => {
  it("are all behaviours when there is no test", () => {
    const { total, untested, unknown } = findGaps(list, []);
    expect(total).toBeGreaterThan(100);
    expect(untested).toHaveLength(total);
    expect(unknown).toEqual([]);
  });

  it("leave out what a test claims in its name, alone or with others", () => {
    const text = "| A01 | one |\n| A02 | two |\n| A03 | three |\n| A04 | four |\n";
    const tests = [`it("[A01] does one")`, `it("[A02, A04] does both")`, `it("[Z99] is lost")`];
    expect(findGaps(text, tests)).toEqual({
      total: 4,
      untested: [{ id: "A03", says: "three" }],
      unknown: ["Z99"],
    });
  });

  it("are looked for in a list that names each id once", () => {
    const ids = [...list.matchAll(/^\| ([A-Z]\d\d) \|/gm)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(findGaps(list, []).total).toBe(ids.length);
  });
});
