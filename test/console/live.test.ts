import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createLive } from "../../console/live.ts";
import type { FeedListener, Live, LiveSources } from "../../console/live.ts";
import type { StatusReport } from "../../gateway/operations.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import { aStatus, runs } from "./sample.ts";

/** A gateway that can be taken away, as a page sees it. */
function createGateway() {
  const stored: StoredEvent[] = [];
  const feeds = new Set<FeedListener>();
  const opened: number[] = [];
  let boot = "a";
  let isAway = false;
  let isForeign = false;
  let isStuck = false;
  let isHidden = false;
  let look = (): void => undefined;
  const sources: LiveSources = {
    status: async (signal): Promise<StatusReport> => {
      gateway.asked += 1;
      if (isForeign) throw new Error("401");
      if (isAway) throw new Error("refused");
      if (isStuck) await new Promise((_, reject) => signal.addEventListener("abort", reject));
      return aStatus(boot, stored.at(-1)?.seq ?? 0);
    },
    isRefusal: () => isForeign,
    feed(after, listener) {
      opened.push(after);
      feeds.add(listener);
      listener.opened();
      for (const event of stored) if (event.seq > after) listener.event(event);
      return () => feeds.delete(listener);
    },
    isHidden: () => isHidden,
    onVisibility(listener) {
      look = listener;
      return () => undefined;
    },
  };
  const gateway = {
    sources,
    asked: 0,
    /** The `after` of each feed that was opened. */
    opened,
    feeds: () => feeds.size,
    append(seq: number) {
      const event = runs(seq);
      stored.push(event);
      for (const feed of feeds) feed.event(event);
    },
    /** It is brought again, as by a connection that broke in the middle. */
    repeat(seq: number) {
      for (const feed of feeds) feed.event(runs(seq));
    },
    /** It is stored, and lost on its way to who listens. */
    swallow(seq: number) {
      stored.push(runs(seq));
    },
    /** Nothing comes any more, and nothing says so. */
    fallSilent() {
      isAway = true;
    },
    /** It takes questions and answers none. */
    stick(is: boolean) {
      isStuck = is;
    },
    kill() {
      isAway = true;
      for (const feed of feeds) feed.ended();
    },
    start(next: string) {
      isAway = false;
      boot = next;
    },
    refuse(is: boolean) {
      isForeign = is;
    },
    endFeeds() {
      for (const feed of feeds) feed.ended();
    },
    hide(is: boolean) {
      isHidden = is;
      look();
    },
  };
  return gateway;
}

let gateway: ReturnType<typeof createGateway>;
let live: Live;
let seen: number[];

beforeEach(() => {
  vi.useFakeTimers();
  gateway = createGateway();
  gateway.append(1);
  gateway.append(2);
  live = createLive(gateway.sources);
  seen = [];
  live.onEvent(({ seq }) => seen.push(seq));
  live.start();
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("the connection of the page", () => {
  it("hands on what comes from now on, each once", async () => {
    await wait(10);
    expect(live.state().connection.at).toBe("connected");
    gateway.append(3);
    gateway.append(4);
    expect(seen).toEqual([3, 4]);
    expect(gateway.opened).toEqual([2]);
  });

  it("finds the gateway again by itself within 2 s after a long absence, and misses nothing", async () => {
    await wait(10);
    gateway.append(3);
    gateway.kill();
    await wait(100);
    expect(live.state().connection.at).toBe("lost");
    await wait(30_000);
    gateway.start("b");
    gateway.append(4);
    gateway.append(5);
    await wait(2000);
    expect(live.state()).toMatchObject({
      connection: { at: "connected" },
      gap: { isNewBoot: true, missed: 2 },
      epoch: 1,
    });
    const { from = 0, until = 0 } = live.state().gap ?? {};
    expect(until - from).toBeGreaterThanOrEqual(29_000);
    expect(until - from).toBeLessThan(32_500);
    expect(seen).toEqual([3, 4, 5]);
    expect(gateway.feeds()).toBe(1);
  });

  it("tries hard at first, and never rarer than each 2 s", async () => {
    await wait(10);
    gateway.kill();
    const before = gateway.asked;
    await wait(2000);
    const early = gateway.asked - before;
    await wait(20_000);
    const late = gateway.asked - before - early;
    expect(early).toBeGreaterThanOrEqual(4);
    expect(late).toBeGreaterThanOrEqual(10);
    expect(late).toBeLessThan(20);
  });

  it("opens a feed that broke again from its place, without haste when it breaks again and again", async () => {
    await wait(10);
    gateway.append(3);
    gateway.endFeeds();
    await wait(300);
    expect(gateway.opened).toEqual([2, 3]);
    expect(live.state().gap).toBeNull();
    gateway.append(4);
    expect(seen).toEqual([3, 4]);
  });

  it("hands on no event twice", async () => {
    await wait(10);
    gateway.append(3);
    gateway.repeat(3);
    gateway.repeat(2);
    expect(seen).toEqual([3]);
  });

  it("gives up a feed of which nothing is heard when the gateway does not answer", async () => {
    await wait(10);
    gateway.fallSilent();
    await wait(3000);
    expect(live.state().connection.at).toBe("lost");
    expect(gateway.feeds()).toBe(0);
    gateway.start("a");
    await wait(2000);
    expect(gateway.feeds()).toBe(1);
  });

  it("does not wait for ever for an answer, and was away from the question on", async () => {
    await wait(10);
    gateway.stick(true);
    await wait(2010 + 5000);
    expect(live.state().connection).toMatchObject({ at: "lost" });
    gateway.stick(false);
    await wait(5500);
    const { from = 0, until = 0, isNewBoot } = live.state().gap ?? {};
    expect(isNewBoot).toBe(false);
    expect(until - from).toBeGreaterThanOrEqual(5000);
  });

  it("says that it is no longer let in", async () => {
    await wait(10);
    gateway.refuse(true);
    await wait(2500);
    expect(live.state().connection.at).toBe("refused");
    gateway.refuse(false);
    await wait(2500);
    expect(live.state().connection.at).toBe("connected");
  });

  it("gives its connection back when nobody looks for long, and catches up when somebody does", async () => {
    await wait(10);
    gateway.hide(true);
    await wait(3000);
    expect(gateway.feeds()).toBe(1);
    await wait(4000);
    expect(gateway.feeds()).toBe(0);
    const { asked } = gateway;
    await wait(60_000);
    expect(gateway.asked).toBe(asked);
    gateway.append(3);
    gateway.hide(false);
    await wait(10);
    expect(seen).toEqual([3]);
    expect(live.state()).toMatchObject({ connection: { at: "connected" }, gap: null });
  });

  it("keeps its connection when one looks away for a moment", async () => {
    await wait(10);
    gateway.hide(true);
    await wait(3000);
    gateway.hide(false);
    await wait(90_000);
    expect(gateway.feeds()).toBe(1);
    expect(gateway.opened).toEqual([2]);
  });

  it("gives its connection back also when it was opened where nobody looks", async () => {
    live.stop();
    gateway.hide(true);
    live.start();
    await wait(10);
    expect(live.state().connection.at).toBe("connected");
    await wait(10_000);
    expect(gateway.feeds()).toBe(0);
    const { asked } = gateway;
    await wait(60_000);
    expect(gateway.asked).toBe(asked);
  });

  it("opens a feed anew that is silent while the gateway tells of more", async () => {
    await wait(10);
    gateway.swallow(3);
    gateway.swallow(4);
    await wait(6500);
    expect(seen).toEqual([3, 4]);
    expect(live.state()).toMatchObject({ connection: { at: "connected" }, gap: null });
    expect(gateway.feeds()).toBe(1);
    await wait(20_000);
    expect(gateway.opened).toEqual([2, 2]);
  });

  it("asks no more once it is stopped", async () => {
    await wait(10);
    live.stop();
    const { asked } = gateway;
    await wait(10_000);
    expect(gateway.asked).toBe(asked);
    expect(gateway.feeds()).toBe(0);
  });

  it("tells its readers of a change, and of none when there is none", async () => {
    await wait(10);
    let changes = 0;
    live.subscribe(() => (changes += 1));
    gateway.append(3);
    expect(changes).toBe(0);
    gateway.kill();
    await wait(5000);
    expect(changes).toBe(1);
  });
});
