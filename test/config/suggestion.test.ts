import { describe, expect, it } from "vitest";

import { suggestion } from "../../gateway/config/suggestion.ts";

describe("a suggestion", () => {
  it.each([
    ["tuns", "turns"],
    ["tunrs", "turns"],
    ["net-works", "networks"],
    ["Networks", "networks"],
    ["neworks", "networks"],
  ])("for %s is %s", (found, meant) => {
    expect(suggestion(found, ["turns", "networks", "log"])).toBe(meant);
  });

  it("is nothing when no word is near", () => {
    expect(suggestion("elephant", ["turns", "networks", "log"])).toBeNull();
  });

  it("is nothing when there is no word", () => {
    expect(suggestion("turns", [])).toBeNull();
  });
});
