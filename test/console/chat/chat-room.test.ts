import { describe, expect, it } from "vitest";

import { ChatRefusal } from "../../../console/chat/chat-client.ts";
import type { ChatClient, ChatPage, ChatWatcher } from "../../../console/chat/chat-client.ts";
import { createChatRoom } from "../../../console/chat/chat-room.ts";
import type { ChatRoom } from "../../../console/chat/chat-room.ts";
import { shown } from "./shown.ts";

describe("a room", () => {
  it("loads once and watches from there", async () => {
    const world = createWorld([page([1, 2], 9)]);
    world.room.start();
    await world.settle();
    expect(world.watched).toEqual([9]);
    expect(world.room.state().link.at).toBe("loading");
    world.watcher().opened();
    expect(world.room.state().link.at).toBe("live");
    world.watcher().changed("message", 10, shown(10));
    expect(texts(world.room)).toEqual(["text 1", "text 2", "text 10"]);
  });

  it("goes on behind what it has seen when the connection broke, sooner first and later slower", async () => {
    const world = createWorld([page([1], 1)]);
    world.room.start();
    await world.settle();
    world.watcher().opened();
    world.watcher().changed("message", 4, shown(4));
    for (let turn = 0; turn < 3; turn += 1) {
      world.watcher().ended();
      expect(world.room.state().link.at).toBe("lost");
      await world.tick();
    }
    expect(world.watched).toEqual([1, 4, 4, 4]);
    expect(world.waited).toEqual([100, 250, 500]);
    world.watcher().opened();
    world.watcher().ended();
    expect(world.waited.at(-1)).toBe(100);
  });

  it("tries to load for as long as the gateway is away", async () => {
    const world = createWorld([new Error("refused"), new Error("503"), page([1], 1)]);
    world.room.start();
    for (let turn = 0; turn < 3; turn += 1) await world.tick();
    expect(world.watched).toEqual([1]);
    expect(texts(world.room)).toEqual(["text 1"]);
  });

  it("says what a gateway refuses, and asks no more", async () => {
    const world = createWorld([new ChatRefusal("no local chat", "configure one")]);
    world.room.start();
    await world.tick();
    expect(world.room.state().link).toEqual({
      at: "refused",
      message: "no local chat",
      advice: "configure one",
    });
    expect(world.waited).toEqual([]);
  });

  it("is silent after a stop, and goes on where it was at the next start", async () => {
    const world = createWorld([page([1], 3)]);
    world.room.start();
    await world.settle();
    const late = world.watcher();
    world.room.stop();
    expect(world.closed()).toBe(1);
    late.ended();
    await world.tick();
    expect(world.watched).toEqual([3]);
    expect(world.waited).toEqual([]);
    world.room.start();
    await world.settle();
    expect(world.watched).toEqual([3, 3]);
  });

  it("loads earlier messages, until there are none", async () => {
    const world = createWorld([
      { ...page([5, 6], 6), hasEarlier: true },
      { ...page([3, 4], 6), hasEarlier: true },
      { ...page([], 6), hasEarlier: false },
    ]);
    world.room.start();
    await world.settle();
    await Promise.all([world.room.loadEarlier(), world.room.loadEarlier()]);
    expect(texts(world.room)).toEqual(["text 3", "text 4", "text 5", "text 6"]);
    expect(world.room.state().hasEarlier).toBe(true);
    await world.room.loadEarlier();
    expect(world.room.state().hasEarlier).toBe(false);
    expect(world.asked).toEqual([null, 5, 3]);
  });
});

function page(places: readonly number[], last: number): ChatPage {
  return { messages: places.map((place) => shown(place)), last, hasEarlier: false };
}

function texts(room: ChatRoom): readonly string[] {
  return room.state().entries.map(({ message }) => message.text);
}

interface World {
  readonly room: ChatRoom;
  /** Places from which it was watched, `before` of what was asked for, and ms that were waited for. */
  readonly watched: readonly number[];
  readonly asked: readonly (number | null)[];
  readonly waited: readonly number[];
  /** Of the latest connection. */
  watcher(): ChatWatcher;
  /** How many connections were closed from here. */
  closed(): number;
  settle(): Promise<void>;
  tick(): Promise<void>;
}

function createWorld(answers: readonly (ChatPage | Error)[]): World {
  const left = [...answers];
  const watched: number[] = [];
  const asked: (number | null)[] = [];
  const waited: number[] = [];
  const watchers: ChatWatcher[] = [];
  let closed = 0;
  let timers: (() => void)[] = [];
  const client: ChatClient = {
    messages({ before }) {
      asked.push(before);
      const answer = left.shift() ?? new Error("asked once too often");
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    post: () => Promise.reject(new Error("not here")),
    fate: () => Promise.resolve(null),
    watch(after, watcher) {
      watched.push(after);
      watchers.push(watcher);
      return () => {
        closed += 1;
      };
    },
  };
  const room = createChatRoom(client, {
    now: () => 1,
    after(ms, act) {
      waited.push(ms);
      timers.push(act);
      return () => {
        timers = timers.filter((timer) => timer !== act);
      };
    },
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    room,
    watched,
    asked,
    waited,
    watcher() {
      const latest = watchers.at(-1);
      if (latest === undefined) throw new Error("nobody watches");
      return latest;
    },
    closed: () => closed,
    settle,
    async tick() {
      await settle();
      const due = timers;
      timers = [];
      for (const act of due) act();
      await settle();
    },
  };
}
