import { assert, property, option, string } from "fast-check";
import { describe, expect, it } from "vitest";

import { formatRelative, formatSpan } from "../../console/format-time.ts";
import { describeGap } from "../../console/gap-text.ts";
import { figuresOf } from "../../console/glance-figures.ts";
import { formatRoute, parseRoute } from "../../console/route.ts";
import { placeWords, splitKey } from "../../console/session-place.ts";
import { formatSessionKey } from "../../sessions/session-key.ts";
import { aStatus } from "./sample.ts";

describe("times", () => {
  it.each([
    [0, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [61_000, "1 min 1 s"],
    [3_600_000, "1 h"],
    [15_120_000, "4 h 12 min"],
    [90_000_000, "1 d 1 h"],
  ])("%d ms are %s", (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  it.each([
    [0, "just now"],
    [4999, "just now"],
    [5000, "5 s ago"],
    [119_000, "1 min ago"],
    [7_200_000, "2 h ago"],
    [3 * 86_400_000, "3 d ago"],
    [-60_000, "in 1 min"],
  ])("%d ms back is %s", (ms, text) => {
    expect(formatRelative(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(text);
  });
});

describe("a gap", () => {
  it.each([
    [
      { from: 1000, until: 13_500, isNewBoot: true, missed: 5 },
      "Back after 12 s: the gateway was restarted, 5 events were missed and caught up.",
    ],
    [
      { from: 1000, until: 1000, isNewBoot: true, missed: 1 },
      "Back at once: the gateway was restarted, 1 event was missed and caught up.",
    ],
    [
      { from: 0, until: 61_000, isNewBoot: false, missed: 0 },
      "Back after 1 min 1 s: the gateway is the same as before, nothing was missed.",
    ],
  ])("is told in a sentence", (gap, text) => {
    expect(describeGap(gap)).toBe(text);
  });
});

describe("an address", () => {
  it.each([
    ["", "chat", []],
    ["#", "chat", []],
    ["#/", "chat", []],
    ["#/nothing", "chat", []],
    ["#/sessions", "sessions", []],
    ["#/sessions/", "sessions", []],
    ["#/sessions/local%3Amain%3Ahome", "sessions", ["local:main:home"]],
    ["#/sessions/%", "sessions", ["%"]],
  ])("%s is the view %s", (hash, view, path) => {
    expect(parseRoute(hash)).toEqual({ view, path });
  });

  it("names whatever a key holds", () => {
    assert(
      property(string({ minLength: 1, unit: "grapheme" }), (key) => {
        expect(parseRoute(formatRoute("sessions", key))).toEqual({ view: "sessions", path: [key] });
      }),
    );
  });
});

describe("a session key", () => {
  it("is taken apart as it was put together", () => {
    const part = string({ minLength: 1 });
    const maybe = option(part, { nil: null });
    assert(
      property(part, part, part, maybe, maybe, (network, account, chat, thread, user) => {
        const key = formatSessionKey({ address: { network, account, chat, thread }, user });
        expect(splitKey(key)).toEqual({ network, account, chat, thread, user });
      }),
    );
  });

  it("is read as words, and shown whole when it is none", () => {
    expect(placeWords(splitKey("telegram:bot:42:7:99"))).toBe(
      "telegram · bot · thread 7 · user 99",
    );
    expect(placeWords(splitKey("local:main:home"))).toBe("local · main");
    expect(splitKey("local:main:100%253A1%3A2").chat).toBe("100%3A1:2");
    expect(splitKey("nonsense").chat).toBe("nonsense");
  });
});

describe("the figures of the gateway", () => {
  const of = (...states: readonly string[]): readonly string[] =>
    figuresOf(
      {
        ...aStatus("a", 0),
        adapters: states.map((state, index) => ({
          network: `n${index}`,
          account: "main",
          state,
          reason: null,
        })),
      },
      3,
    ).map((figure) => figure.join(" "));

  it("begin with the networks when one of them is not connected", () => {
    expect(of("connected", "retrying")[0]).toBe("networks 1 of 2 connected");
    expect(of("connected", "connected").join()).not.toContain("connected");
    expect(of()).toContain("approvals 3");
  });
});
