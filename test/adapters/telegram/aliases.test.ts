import { describe, expect, it } from "vitest";

import { loadAliases } from "../../../adapters/telegram/aliases.ts";
import { createRecordingHost } from "../recording-host.ts";

describe("aliases of a chat", () => {
  it("lead from any id to the first and to the newest, also in the next life", async () => {
    const host = createRecordingHost();
    const first = await loadAliases(host);
    await first.learn("-1", "-2");
    await first.learn("-2", "-3");
    for (const aliases of [first, await loadAliases(host)]) {
      expect(["-1", "-2", "-3", "-4"].map(aliases.canonical)).toEqual(["-1", "-1", "-1", "-4"]);
      expect(["-1", "-2", "-3", "-4"].map(aliases.actual)).toEqual(["-3", "-3", "-3", "-4"]);
    }
  });

  it("are stored once, and a ring is not learnt", async () => {
    const host = createRecordingHost();
    const aliases = await loadAliases(host);
    await aliases.learn("-1", "-2");
    host.failures.push(new Error("nothing is to be stored"));
    await aliases.learn("-1", "-2");
    await aliases.learn("-2", "-1");
    expect(host.failures).toHaveLength(1);
    expect(aliases.canonical("-2")).toBe("-1");
  });

  it("that could not be stored are stored when they are learnt again", async () => {
    const host = createRecordingHost();
    const aliases = await loadAliases(host);
    host.failures.push(new Error("the disk is full"));
    await expect(aliases.learn("-1", "-2")).rejects.toThrow("full");
    expect(aliases.actual("-1")).toBe("-2");
    await aliases.learn("-1", "-2");
    expect((await loadAliases(host)).actual("-1")).toBe("-2");
  });

  it("of a damaged cursor are none", async () => {
    const host = createRecordingHost();
    await host.accept([], [{ space: "cursor", key: "aliases", value: [1], ttlMs: null }]);
    expect((await loadAliases(host)).actual("-1")).toBe("-1");
  });
});
