import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { drainLine, drainLines, drainSummary, planLines } from "../../../cli/show/drain-text.ts";
import { liveLines } from "../../../cli/show/live-lines.ts";
import { sessionLines } from "../../../cli/show/session-text.ts";
import { formatSpan } from "../../../cli/show/span.ts";
import { statusText } from "../../../cli/show/status-text.ts";
import { formatTable } from "../../../cli/show/table.ts";
import type { SessionKey } from "../../../sessions/ids.ts";
import type { TranscriptEntry } from "../../../sessions/transcript.ts";
import { aDrain, aSession, aStatus, aWait } from "../../control/held-operations.ts";

describe("texts for people", () => {
  it.each([
    [-5, "0 s"],
    [40, "0 s"],
    [400, "0.4 s"],
    [9940, "9.9 s"],
    [9960, "10 s"],
    [59_600, "1 min"],
    [125_000, "2 min 5 s"],
    [3_600_000, "1 h"],
    [11_040_000, "3 h 4 min"],
    [183_600_000, "2 d 3 h"],
  ])("a span of %i ms is said as %s", (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  it("a table is as wide as its widest cells and has no space at a line's end", () => {
    expect(
      formatTable([
        ["a", "bb", "c"],
        ["aaa", "b", ""],
      ]),
    ).toBe("a    bb  c\naaa  b");
  });

  it("a drain names whom it waits for, and how long it still does", () => {
    const [head, turn] = drainLines(aDrain());
    expect(head).toBe("Draining: waiting for 1 turn (1.2 s gone, 59 s left)");
    expect(turn).toBe("  local:main:work  running  for 12 s  silent 0.4 s");
  });

  it("a drain that waits for many names eight and counts the rest", () => {
    const waitingFor = Array.from({ length: 20 }, (_, nth) => aWait(`local:main:c${nth}`));
    const lines = drainLines(aDrain({ waitingFor }));
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe("  and 12 more");
  });

  it("the line of a drain stays the same while only time passes", () => {
    const later = aDrain({ elapsedMs: 9000, remainingMs: 51_000 });
    expect(drainLine(later)).toBe(drainLine(aDrain()));
    expect(drainLine(aDrain({ waitingFor: [] }))).not.toBe(drainLine(aDrain()));
  });

  it("the end of a drain tells what was cut, put back and left to send", () => {
    const key = "local:main:work" as SessionKey;
    const lines = drainSummary(
      aDrain({ cut: [key], requeued: [key], undelivered: 1, timedOut: true }),
    );
    expect(lines.join("\n")).toMatch(/1 turn cut.*\n.*cut: local.*\n.*queue: local.*\n.*1 reply/);
    expect(drainSummary(aDrain())).toEqual([
      "Drained in 1.2 s; every running turn ended by itself.",
    ]);
  });

  it("[D16] a plan tells who would be waited for and cut, and the longest drain", () => {
    const lines = planLines({
      waitFor: [aWait("local:main:a")],
      wouldCut: [aWait("local:main:b")],
      requeue: ["local:main:c" as SessionKey],
      leftAlone: [],
      queued: 2,
      undelivered: 0,
      worstCaseMs: 65_000,
    }).join("\n");
    expect(lines).toMatch(
      /wait for 1 turn and cut 1[^]*local:main:a[^]*cut at once:\n +local:main:b/,
    );
    expect(lines).toContain("Longest possible drain: 1 min 5 s. Nothing was changed.");
  });

  it("status tells of a drain, of held channels and of what a boot repaired", () => {
    const text = statusText(
      aStatus({ recovered: 2, held: "3 crashes in 5 min", drain: aDrain(), adapters: [] }),
    );
    expect(text).toContain("started   after a crash or a kill, 2 turns repaired");
    expect(text).toContain("held      channels are held back: 3 crashes in 5 min");
    expect(text).toContain("adapters  none");
    expect(text).toMatch(/\n\nDraining: waiting for 1 turn/);
  });

  it("[R16] a session's partial answer is shown as cut, and control characters do not reach the terminal", () => {
    const entry = (id: string, body: TranscriptEntry["body"]): TranscriptEntry =>
      ({ session: "ses_1", turn: "trn_1", id, at: 0, body }) as TranscriptEntry;
    const lines = sessionLines(
      aSession("local:main:home", {
        transcript: [
          entry("1", { kind: "assistant", text: "half an\x1b[2Janswer", partial: true }),
          entry("2", { kind: "note", cause: "restart", text: "go on\nhere" }),
        ],
      }),
      1_750_000_005_000,
    );
    expect(lines).toContain("  agent (cut): half an [2Janswer");
    expect(lines).toContain("  note: go on here");
    expect(lines[0]).toContain("last     5 s ago");
  });

  it("live lines are drawn over the ones before, cut to the terminal's width", () => {
    let text = "";
    const terminal = Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          text += String(chunk);
          done();
        },
      }),
      { isTTY: true, columns: 12 },
    );
    const live = liveLines(terminal);
    live.show(["a line that is too long", "b"]);
    live.show(["c"]);
    live.clear();
    expect(text).toBe("a line tha…\nb\n\x1b[2A\r\x1b[Jc\n\x1b[1A\r\x1b[J");
  });
});
