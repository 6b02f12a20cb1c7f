import { expect, it } from "vitest";

import { timelineRows } from "../../../console/timeline/timeline-rows.ts";
import { lengthWords } from "../../../console/timeline/words.ts";
import { at, boot, restarted, timeline } from "./sample.ts";

const words = (given: Parameters<typeof timelineRows>[0], from = 0, until = 100): string[] =>
  timelineRows(given, { from: at(from), until: at(until) }).map(
    ({ who, what, length, end }) => `${who} | ${what} | ${length ?? "-"} | ${end}`,
  );

it("the table tells all that the picture shows, the latest first", () => {
  expect(words(restarted())).toEqual([
    "cut (local) | turn, continued | 10 s | completed",
    "Gateway | start of process 7 | 500 ms | ready",
    "Gateway | restart, turns cut | 2.0 s | back",
    "cut (local) | waits to be continued | 12 s | over",
    "waits (local) | waits to be continued | - | still",
    "Gateway | drain, asked for by ann | 9.0 s | drained, what still ran was cut",
    "in-time (local) | turn | 7.0 s | completed",
    "waits (local) | turn | 12 s | cut short by a restart",
    "cut (local) | turn | 13 s | cut short by a restart",
    "approval (local) | turn | 1 min 37 s | waits for approval",
    "Gateway | start of process 7 | 500 ms | ready",
  ]);
});

it("the table holds what lies in the window", () => {
  expect(words(restarted(), 32, 100)).toEqual([
    "cut (local) | turn, continued | 10 s | completed",
    "waits (local) | waits to be continued | - | still",
    "approval (local) | turn | 1 min 37 s | waits for approval",
  ]);
});

it("a kill and a gateway that is not back are told as such", () => {
  const killed = boot("a", 0, { end: { how: "killed", notBefore: at(30), notAfter: at(40) } });
  expect(words(timeline({ boots: [killed, boot("b", 40)] }))).toContain(
    "Gateway | killed | 11 s | back",
  );
  expect(words(timeline({ boots: [killed] }))).toContain("Gateway | killed | - | away");
});

it.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [2449, "2.4 s"],
  [59_400, "59 s"],
  [185_000, "3 min 5 s"],
  [7_800_000, "2 h 10 min"],
  [3 * 86_400_000, "3 d"],
])("%d ms are %s", (ms, text) => {
  expect(lengthWords(ms)).toBe(text);
});
