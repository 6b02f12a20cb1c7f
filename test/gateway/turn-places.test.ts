import { spawn } from "node:child_process";
import { once } from "node:events";

import { afterEach, describe, expect, it } from "vitest";

import { memoryOf } from "../../gateway/report/memory.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

/** A message in each of the chats, with a worker of two processes. */
async function crowd(chats: readonly string[], options: WorldOptions = {}) {
  const made = await createWorld({ worker: { turnsAtOnce: 2, ...options.worker }, ...options });
  world = made;
  await made.boot();
  for (const chat of chats) await made.network.say(chat, "hello");
  await made.clock.advance(10);
  return {
    world: made,
    asked: () => made.now().worker.turns.map(({ conversation }) => conversation.key),
    keys: chats.map((chat) => made.key(chat)),
    turn: (chat: string) => {
      const found = made
        .now()
        .worker.turns.findLast(({ conversation }) => conversation.key === made.key(chat));
      if (found === undefined) throw new Error(`no turn in ${chat}`);
      return found;
    },
  };
}

describe("a worker with a process for each turn", () => {
  it("[W11] is asked for no more turns at once than it has processes, first come first served", async () => {
    const { asked, keys, turn, world: at } = await crowd(["a", "b", "c", "d"]);
    expect(asked()).toEqual(keys.slice(0, 2));
    turn("b").finish("ok");
    await at.clock.advance(10);
    expect(asked()).toEqual(keys.slice(0, 3));
    turn("a").die();
    await at.clock.advance(10);
    expect(asked().slice(0, 4)).toEqual([...keys.slice(0, 3), keys[3]]);
  });

  it("[W11] waits for a place without counting that as the time of a start", async () => {
    const { asked, keys, turn, world: at } = await crowd(["a", "b", "c"]);
    for (const chat of ["a", "b"]) turn(chat).accept();
    for (let minute = 0; minute < 5; minute += 1) {
      for (const chat of ["a", "b"]) turn(chat).say({ type: "ping" });
      await at.clock.advance(60_000);
    }
    expect(await at.status("c")).toBe("starting");
    turn("a").finish("ok");
    await at.clock.advance(10);
    expect(asked()).toEqual(keys);
    turn("c").finish("at last");
    await at.clock.advance(10);
    expect(at.network.texts("c").at(-1)).toBe("at last");
  });

  it("one that waits can be stopped, and its place is not lost to who comes after", async () => {
    const { asked, keys, turn, world: at } = await crowd(["a", "b", "c", "d"]);
    await at.network.say("c", "/stop");
    await at.clock.advance(10);
    expect(await at.status("c")).toBe("idle");
    turn("a").finish("ok");
    await at.clock.advance(10);
    expect(asked()).toEqual([keys[0], keys[1], keys[3]]);
  });

  it("[G08] that waits for a person gives way to those who wait for a place, after a while; its question stands", async () => {
    const { asked, keys, turn, world: at } = await crowd(["a", "b"]);
    const question = { type: "ask", title: "rm", detail: "", fingerprint: "f" } as const;
    for (const chat of ["a", "b"]) {
      turn(chat).say({ type: "accepted" }, { ...question, id: chat });
    }
    // Nobody waits: it may take its time.
    await at.clock.advance(1_200_000);
    expect(turn("a").isKilled).toBe(false);
    turn("b").say({ type: "ask_withdrawn", id: "b" }, { ...question, id: "again" });
    await at.clock.advance(10);
    await at.network.say("c", "hello");
    await at.clock.advance(1000);
    expect([turn("a").isKilled, turn("b").isKilled]).toEqual([true, false]);
    expect(asked()).toEqual([...keys, at.key("c")]);
    expect(await at.status("a")).toBe("awaiting_input");
    expect(at.network.texts("a").at(-1)).toContain("still waits for you");
    await at.network.press("a", /Allow/);
    turn("c").finish("ok");
    await at.clock.advance(10);
    expect(turn("a").given.grants).toMatchObject([{ fingerprint: "f" }]);
    turn("a").finish("done");
    await at.clock.advance(10);
    expect(at.network.texts("a").at(-1)).toBe("done");
  });

  it("of another kind is not held up", async () => {
    const { world: at } = await crowd(["a", "b", "c"], { others: [{ name: "other" }] });
    await at.network.say("d", "/agent other");
    await at.network.say("d", "hello");
    await at.clock.advance(10);
    expect(at.now().others[0]?.turns).toHaveLength(1);
  });

  it("what waits at a drain's end stands in the queue, and begins after the boot", async () => {
    const { turn, world: at } = await crowd(["a", "b", "c"]);
    for (const chat of ["a", "b"]) turn(chat).accept();
    await at.clock.advance(10);
    const report = await at.end({ timeoutMs: 1000 });
    expect(report.requeued).toEqual([at.key("c")]);
    await at.boot();
    await at.clock.advance(10);
    expect(at.now().worker.turns.map(({ conversation }) => conversation.key)).toEqual([
      at.key("c"),
    ]);
  });
});

describe.runIf(process.platform === "linux")("the memory of a worker", () => {
  it("is that of its processes and of what they started", async () => {
    const hold =
      "const a = Buffer.alloc(40e6, 1); process.stdout.write('up'); setInterval(() => a, 1e6)";
    const child = spawn("/bin/sh", ["-c", `"${process.execPath}" -e "${hold}"; true`], {
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    try {
      await once(child.stdout, "data");
      const bytes = (await memoryOf([child.pid ?? 0])) ?? 0;
      expect(bytes).toBeGreaterThan(60e6);
      expect(bytes).toBeLessThan(400e6);
    } finally {
      process.kill(-(child.pid ?? 0), "SIGKILL");
    }
    await once(child, "close");
    expect(await memoryOf([child.pid ?? 0])).toBe(0);
    expect(await memoryOf([])).toBe(0);
  });
});
