import { expect, it } from "vitest";

import { aftermathOf } from "../../../console/restart/aftermath.ts";
import { at, boot, drain, key, lane, restarted, timeline, turn } from "../timeline/sample.ts";

it("what a restart did is told by who was cut and became what, who ended in time, and how long it was away", () => {
  expect(aftermathOf(restarted())).toEqual({
    how: "restart",
    goneAt: at(20),
    backAt: at(22),
    drainMs: 10_000,
    by: "ann",
    endedInTime: [key("in-time")],
    cut: [
      { key: key("cut"), became: "completed" },
      { key: key("waits"), became: "waits" },
    ],
    requeued: [],
    waited: [key("approval")],
  });
});

it("a kill cut what ran, and was asked for by nobody", () => {
  const killed = boot("a", 0, { end: { how: "killed", notBefore: at(30), notAfter: at(35) } });
  const crash = { end: "cut", interruption: "crash" } as const;
  const given = timeline({
    boots: [killed, boot("b", 35)],
    sessions: [
      lane("a", [turn("1", [10, 30], crash), turn("2", [40, null], { isResumed: true })]),
      lane("b", [turn("3", [10, 30], crash)], [{ kind: "suspended", from: at(30), until: null }]),
      lane("c", [turn("4", [29.9, 30], { end: "requeued" })]),
      lane("d", [turn("5", [10, 20])]),
      lane("e", [
        turn("6", [10, 30], crash),
        turn("7", [50, 60], { isResumed: true, end: "failed" }),
      ]),
    ],
  });
  expect(aftermathOf(given)).toMatchObject({
    how: "killed",
    drainMs: null,
    by: null,
    endedInTime: [],
    cut: [
      { key: key("a"), became: "goes_on" },
      { key: key("b"), became: "set_aside" },
      { key: key("e"), became: "ended" },
    ],
    requeued: [key("c")],
  });
});

it("an answer that came after its turn was cut is told as such", () => {
  const given = restarted();
  const late = turn("1", [5, 18], { end: "cut" });
  const told = { ...late, end: "completed", endedAt: at(18.4), reason: "late" } as const;
  expect(aftermathOf({ ...given, sessions: [lane("cut", [told])] })).toMatchObject({
    cut: [{ key: key("cut"), became: "came_late" }],
    endedInTime: [],
  });
});

it("a stop is no restart, and a first boot has nothing behind it", () => {
  const stopped = boot("a", 0, {
    end: { how: "clean", notBefore: at(20), notAfter: at(20) },
    drains: [drain(19, { next: "stop", end: "drained", endedAt: at(20) })],
  });
  expect(aftermathOf(timeline({ boots: [stopped, boot("b", 60)] }))).toMatchObject({ how: "stop" });
  expect(aftermathOf(timeline())).toBeNull();
  expect(aftermathOf(timeline({ boots: [stopped] }))).toBeNull();
});
