import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ERROR_CODES } from "../sessions/errors.ts";

describe("docs/errors.md", () => {
  it("has a heading for each error code, and for nothing else", () => {
    const text = readFileSync(join(import.meta.dirname, "../docs/errors.md"), "utf8");
    const headings = [...text.matchAll(/^## (\S+)$/gm)].map(([, heading = ""]) => heading);
    expect(headings.toSorted()).toEqual(ERROR_CODES.toSorted());
  });
});
