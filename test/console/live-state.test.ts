import { describe, expect, it } from "vitest";

import { FIRST_STATE, REPLAY_LIMIT, evolveLive, isOutdated } from "../../console/live-state.ts";
import type { LiveSignal, LiveState } from "../../console/live-state.ts";
import { aStatus } from "./sample.ts";

function after(...signals: readonly LiveSignal[]): LiveState {
  return signals.reduce(evolveLive, FIRST_STATE);
}

const status = (boot: string, lastEvent: number, at: number): LiveSignal => ({
  type: "status",
  status: aStatus(boot, lastEvent),
  at,
});
const event = (seq: number): LiveSignal => ({ type: "event", seq });
const failed = (at: number): LiveSignal => ({ type: "failed", at });

describe("the state of the connection", () => {
  it("begins with what comes now, and with no gap", () => {
    const state = after(status("a", 40, 1000));
    expect(state).toMatchObject({
      connection: { at: "connected", since: 1000 },
      seen: 40,
      gap: null,
      epoch: 0,
    });
  });

  it("is lost since the first failure", () => {
    const state = after(status("a", 40, 1000), failed(2000), failed(3000), failed(4000));
    expect(state.connection).toEqual({ at: "lost", since: 2000 });
    expect(state.status?.boot).toBe("a");
  });

  it("tells after an absence how long it was, what was missed and that another boot answers", () => {
    const state = after(
      status("a", 40, 1000),
      event(41),
      event(42),
      failed(2000),
      failed(3000),
      status("b", 49, 9000),
    );
    expect(state.connection).toEqual({ at: "connected", since: 9000 });
    expect(state.gap).toEqual({ from: 2000, until: 9000, isNewBoot: true, missed: 7 });
    // The feed goes on where it was: the missed ones come through it.
    expect(state.seen).toBe(42);
    expect(state.epoch).toBe(1);
  });

  it("tells an absence of the same boot as one of the same boot", () => {
    const state = after(status("a", 40, 1000), failed(2000), status("a", 40, 3000));
    expect(state.gap).toEqual({ from: 2000, until: 3000, isNewBoot: false, missed: 0 });
    expect(state.epoch).toBe(0);
  });

  it("notices another boot also when nobody saw the gateway away", () => {
    const state = after(status("a", 40, 1000), status("b", 41, 3000));
    expect(state.gap).toEqual({ from: 3000, until: 3000, isNewBoot: true, missed: 1 });
  });

  it("keeps what it told of a gap until that is read", () => {
    const told = after(status("a", 1, 1), failed(2), status("b", 1, 3), status("b", 1, 4));
    expect(told.gap).not.toBeNull();
    expect(evolveLive(told, { type: "gap_read" }).gap).toBeNull();
  });

  it("does not replay more than can be read: everything is loaded anew", () => {
    const state = after(status("a", 0, 1), failed(2), status("a", REPLAY_LIMIT + 1, 3));
    expect(state).toMatchObject({ seen: REPLAY_LIMIT + 1, epoch: 1 });
    expect(state.gap?.missed).toBe(REPLAY_LIMIT + 1);
    expect(after(status("a", 0, 1), failed(2), status("a", REPLAY_LIMIT, 3)).seen).toBe(0);
  });

  it("begins anew with a store that knows fewer events", () => {
    expect(after(status("a", 40, 1), failed(2), status("b", 3, 3))).toMatchObject({
      seen: 3,
      epoch: 1,
    });
  });

  it("counts no event twice, and is the same object when nothing changed", () => {
    const state = after(status("a", 40, 1), event(41));
    expect(evolveLive(state, event(41))).toBe(state);
    expect(evolveLive(state, event(7))).toBe(state);
  });

  it("notices that the gateway was updated under the page", () => {
    const updated = { ...aStatus("b", 1), version: "9.9.9" };
    const before = after(status("a", 1, 1), failed(2), status("b", 1, 3));
    expect(isOutdated(before)).toBe(false);
    const later = evolveLive(before, { type: "status", status: updated, at: 4 });
    expect(isOutdated(later)).toBe(true);
    expect(isOutdated(evolveLive(later, status("c", 1, 5)))).toBe(false);
    expect(isOutdated(FIRST_STATE)).toBe(false);
  });

  it("is no longer let in, and then is again", () => {
    const state = after(status("a", 1, 1), { type: "refused", at: 5 });
    expect(state.connection).toEqual({ at: "refused", since: 5 });
    expect(evolveLive(state, status("a", 1, 9)).connection.at).toBe("connected");
  });
});
