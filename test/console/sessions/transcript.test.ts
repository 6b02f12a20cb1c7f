import { describe, expect, it } from "vitest";

import { offeredActions } from "../../../console/sessions/offered-actions.ts";
import { groupTurns } from "../../../console/sessions/transcript-turns.ts";
import { turnFigures, turnWords } from "../../../console/sessions/turn-words.ts";
import { whyWords } from "../../../console/sessions/why-words.ts";
import type { BootId, SessionId, SessionKey, TurnId } from "../../../sessions/ids.ts";
import type { TurnRow } from "../../../sessions/rows.ts";
import type { TranscriptEntry } from "../../../sessions/transcript.ts";

function aRow(id: string, given: Partial<TurnRow> = {}): TurnRow {
  return {
    id: id as TurnId,
    key: "local:main:home" as SessionKey,
    session: "ses_1" as SessionId,
    owner: "boot_1" as BootId,
    fence: 1,
    generation: 1,
    attempt: 1,
    phase: "ended",
    outcome: "completed",
    interruption: null,
    reason: "end_turn",
    startedAt: 1000,
    endedAt: 15_500,
    ...given,
  };
}

function says(turn: string, n: number, at: number): TranscriptEntry {
  return {
    session: "ses_1" as SessionId,
    turn: turn as TurnId,
    id: `${turn}:${n}`,
    at,
    body: { kind: "assistant", text: "hello", partial: false },
  };
}

describe("the turns of a transcript", () => {
  it("hold what was said in each, the oldest first", () => {
    const turns = groupTurns(
      [says("t1", 0, 1000), says("t1", 1, 1100), says("t2", 0, 3000)],
      [aRow("t2", { startedAt: 2900 }), aRow("t1", { startedAt: 900 })],
    );
    expect(turns.map(({ id, entries, at }) => [id, entries.length, at])).toEqual([
      ["t1", 2, 900],
      ["t2", 1, 2900],
    ]);
  });

  it("show a turn that said nothing in its place, and one whose end is no longer kept", () => {
    const turns = groupTurns(
      [says("t1", 0, 1000), says("t3", 0, 3000)],
      [aRow("t3", { startedAt: 3000 }), aRow("t2", { startedAt: 2000, outcome: null })],
    );
    expect(turns.map(({ id, row, entries }) => [id, row !== null, entries.length])).toEqual([
      ["t1", false, 1],
      ["t2", true, 0],
      ["t3", true, 1],
    ]);
  });

  it("leave out silent turns of other conversations, and those before all that is shown", () => {
    const turns = groupTurns(
      [says("t2", 0, 2000)],
      [
        aRow("t2", { startedAt: 2000 }),
        aRow("t1", { startedAt: 1000 }),
        aRow("t3", { startedAt: 3000, session: "ses_0" as SessionId }),
      ],
    );
    expect(turns.map(({ id }) => id)).toEqual(["t2"]);
  });
});

describe("how a turn ended", () => {
  it.each([
    [aRow("t"), "completed", ""],
    [aRow("t", { outcome: "failed", reason: "no such model" }), "failed", "no such model"],
    [aRow("t", { outcome: "cancelled", reason: null }), "stopped", ""],
    [
      aRow("t", { outcome: "interrupted", interruption: "restart_timeout" }),
      "cut short",
      "a restart did not wait any longer",
    ],
    [aRow("t", { outcome: null }), "put back", "it had not begun: its message is queued again"],
    [aRow("t", { phase: "awaiting_input", outcome: null }), "awaiting input", ""],
  ])("is told in a word and a clause", (row, word, detail) => {
    expect(turnWords(row)).toMatchObject({ word, detail });
  });

  it("with its attempt and its span", () => {
    expect(turnFigures(aRow("t"))).toBe("14 s");
    expect(turnFigures(aRow("t", { attempt: 3, endedAt: null }))).toBe("attempt 3");
  });
});

describe("one session", () => {
  it.each([
    ["idle", null, ""],
    ["idle", "completed", "The last turn was completed."],
    [
      "suspended",
      "crash",
      "It was cut too often, the last time because the gateway was killed or crashed. It waits for a person.",
    ],
    [
      "resume_pending",
      "worker_lost",
      "Its turn was cut because its worker was lost. It goes on with a restart note.",
    ],
    ["running", "stalled", "An earlier turn was cut because it gave no sign of life."],
  ] as const)("that is %s tells why (%s)", (status, why, text) => {
    expect(whyWords(status, why)).toBe(text);
  });

  it.each([
    ["idle", ["forget"]],
    ["running", ["stop", "forget"]],
    ["awaiting_input", ["stop", "forget"]],
    ["interrupting", ["forget"]],
    ["resume_pending", ["resume", "forget"]],
    ["suspended", ["resume", "release", "forget"]],
  ] as const)("that is %s offers %j", (status, actions) => {
    expect(offeredActions(status)).toEqual(actions);
  });
});
