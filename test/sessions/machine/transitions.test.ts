import { describe, expect, it } from "vitest";
import { decide } from "../../../sessions/machine/decide.ts";
import { statusOf } from "../../../sessions/machine/state.ts";
import type { SessionStatus } from "../../../sessions/machine/state.ts";
import { TRANSITIONS } from "../../../sessions/machine/transitions.ts";
import { commandsFor, explore } from "./explore.ts";
import { promised } from "./observation.ts";

const STATUSES = Object.keys({
  idle: 0,
  starting: 0,
  running: 0,
  awaiting_input: 0,
  interrupting: 0,
  resume_pending: 0,
  suspended: 0,
} satisfies Record<SessionStatus, 0>) as SessionStatus[];

const RESTING: readonly SessionStatus[] = ["idle", "resume_pending", "suspended"];

const { observations, states } = explore();
const table = new Set(TRANSITIONS.flatMap(promised));

describe("the table of transitions", () => {
  it("[S11] every change that can be made is listed", () => {
    expect([...observations].filter((one) => !table.has(one)).toSorted()).toEqual([]);
  });

  it("[S11] every change that is listed can be made", () => {
    expect([...table].filter((one) => !observations.has(one)).toSorted()).toEqual([]);
  });

  it("[S11] no two rows promise the same unless their words tell them apart", () => {
    const said = TRANSITIONS.flatMap((row) => promised(row).map((one) => `${one} ${row.when}`));
    expect(new Set(said).size).toBe(said.length);
  });

  it("[S01] every status is reached", () => {
    expect(new Set(states.map(statusOf))).toEqual(new Set(STATUSES));
  });

  it.each(STATUSES.filter((status) => !RESTING.includes(status)))(
    "[S10] %s is left by a timer",
    (status) => {
      const ways = TRANSITIONS.filter(
        (row) =>
          row.from.includes(status) &&
          row.by.includes("timer") &&
          row.to.some((to) => to !== status),
      );
      expect(ways.map((row) => row.on)).not.toEqual([]);
    },
  );

  it.each(RESTING)("[S10] %s waits for a person, who can always go on", (status) => {
    const ways = TRANSITIONS.filter(
      (row) =>
        row.from.includes(status) && row.by.includes("person") && row.to.includes("starting"),
    );
    expect(ways.map((row) => row.on)).toEqual(["admit"]);
  });

  it("[S10] in each state that rests a message is admitted", () => {
    for (const state of states.filter((one) => one.turn === null)) {
      const admitted = commandsFor(state).filter(
        (command) => command.type === "admit" && command.origin === "message",
      );
      for (const command of admitted) expect(decide(state, command).outcome).toBe("decided");
    }
  });

  it("[S10] each state with a turn has a timer that changes it", () => {
    const stuck = states.filter(
      (state) =>
        state.turn !== null &&
        !commandsFor(state).some(
          (command) =>
            (command.type === "expire" ||
              command.type === "stop_expired" ||
              (command.type === "lost" && command.interruption === "stalled")) &&
            decide(state, command).outcome === "decided",
        ),
    );
    expect(stuck).toEqual([]);
  });
});
