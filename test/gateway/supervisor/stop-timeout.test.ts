import { describe, expect, it } from "vitest";

import { parseSpan, unitOf } from "../../../gateway/supervisor/stop-timeout.ts";

describe("the stop time-out of the unit", () => {
  it.each([
    ["1min 30s", 90_000],
    ["15s", 15_000],
    ["500ms", 500],
    ["1h 2min 3.5s", 3_723_500],
    ["2d", 172_800_000],
    ["250us", 0],
    ["infinity", null],
    ["", null],
    ["1month", null],
  ])("%s is %s ms", (text, ms) => {
    expect(parseSpan(text)).toBe(ms);
  });
});

describe("the unit of a process", () => {
  it.each([
    ["0::/system.slice/sluice.service\n", { name: "sluice.service", isUser: false }],
    [
      "12:cpu:/\n1:name=systemd:/system.slice/sluice.service\n",
      { name: "sluice.service", isUser: false },
    ],
    [
      "0::/user.slice/user-1000.slice/user@1000.service/app.slice/sluice.service\n",
      { name: "sluice.service", isUser: true },
    ],
    ["0::/user.slice/user-1000.slice/session-3.scope\n", null],
    [
      "9:name=systemd:/\n8:pids:/\n0::/system.slice/sluice.service\n",
      { name: "sluice.service", isUser: false },
    ],
    ["0::/\n", null],
  ])("of %s is told", (cgroups, unit) => {
    expect(unitOf(cgroups)).toEqual(unit);
  });
});
