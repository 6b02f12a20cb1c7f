import { afterEach, expect, it } from "vitest";

import type { Engine } from "../../sessions/engine.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;
afterEach(() => world.close());

async function message(text: string, chat = "c1"): Promise<void> {
  await world.network.say(chat, text);
  await world.clock.advance(10);
}

/** One chat in each state that a kill can meet: idle, starting, running, asking, stopping, marked, suspended, waiting. */
async function oneOfEach(options: WorldOptions = {}): Promise<void> {
  world = await createWorld({ worker: { obeys: false }, ...options });
  for (const text of ["one", "two", "three"]) {
    const { worker } = await world.boot();
    await message(text, "suspended");
    if (text === "three") await message(text, "marked");
    for (const turn of worker.turns) turn.accept();
    await world.clock.advance(10);
    world.kill();
  }
  const { worker } = await world.boot();
  for (const chat of ["idle", "running", "asking", "stopping", "starting"]) {
    await message(`begin ${chat}`, chat);
    if (chat !== "starting") world.turn().accept();
    await world.clock.advance(10);
    if (chat === "idle") world.turn().finish("done");
    if (chat === "asking") {
      world.turn().say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
    }
    await world.clock.advance(10);
  }
  await message("/stop", "stopping");
  await message("and this", "running");
  expect(worker.turns).toHaveLength(5);
}

const CHATS = ["idle", "running", "asking", "stopping", "starting", "marked", "suspended"];

async function statuses(): Promise<Record<string, string>> {
  const pairs = CHATS.map(async (chat) => [chat, await world.status(chat)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

it("[C03] a boot without a marker recovers the turns of dead boots, and nothing else", async () => {
  await oneOfEach();
  expect(await statuses()).toEqual({
    idle: "idle",
    running: "running",
    asking: "awaiting_input",
    stopping: "interrupting",
    starting: "starting",
    marked: "resume_pending",
    suspended: "suspended",
  });
  const untouched = await Promise.all(["idle", "marked", "suspended"].map(world.session));
  const said = world.network.shown.length;
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(100);
  expect(await statuses()).toEqual({
    idle: "idle",
    // Cut, and continued with the message that waited.
    running: "starting",
    asking: "awaiting_input",
    stopping: "idle",
    // Begun anew.
    starting: "starting",
    marked: "resume_pending",
    suspended: "suspended",
  });
  expect(await Promise.all(["idle", "marked", "suspended"].map(world.session))).toEqual(untouched);
  const begun = worker.turns.map(({ given }) => `${given.messages[0]?.text}: ${given.note?.cause}`);
  expect(begun.toSorted()).toEqual(["and this: crash", "begin starting: undefined"]);
  const told = new Set(world.network.shown.slice(said).map(({ chat }) => chat));
  expect([...told].filter((chat) => ["idle", "marked", "suspended"].includes(chat))).toEqual([]);
});

it("[C03] a session that was answered a second before the crash gets silence", async () => {
  world = await createWorld();
  await world.boot();
  await message("hello");
  world.turn().finish("hi");
  await world.clock.advance(1000);
  const before = await world.session();
  world.kill();
  await world.boot();
  await world.clock.advance(60_000);
  expect(world.network.texts("c1")).toEqual(["hi"]);
  expect(await world.session()).toEqual(before);
  await message("again");
  expect(world.turn().given.note).toBeNull();
});

it("[C04] boots do not touch what is already marked or suspended", async () => {
  await oneOfEach();
  const before = await Promise.all(["marked", "suspended"].map(world.session));
  const told = ["marked", "suspended"].map((chat) => world.network.texts(chat));
  for (const recover of [true, false, true]) {
    world.kill();
    await world.boot({ recover });
    await world.clock.advance(1000);
  }
  expect(await Promise.all(["marked", "suspended"].map(world.session))).toEqual(before);
  expect(["marked", "suspended"].map((chat) => world.network.texts(chat))).toEqual(told);
});

it("[C06] no conversation is reset or lost by an unclean exit, whatever it did", async () => {
  await oneOfEach();
  const talks = async () => {
    const { engine } = world.now().core;
    const pairs = CHATS.map(async (chat) => {
      const { id } = await world.session(chat);
      const said = (await engine.transcript(id, 100)).flatMap(({ body }) =>
        body.kind === "user" ? [body.text] : [],
      );
      return [chat, { id, said }] as const;
    });
    return Object.fromEntries(await Promise.all(pairs));
  };
  const before = await talks();
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  const after = await talks();
  expect(after).toMatchObject({
    ...before,
    running: { id: before["running"]?.id, said: ["begin running", "and this"] },
  });
  // And each of them goes on.
  for (const chat of CHATS) {
    await message("/stop", chat);
    await world.clock.advance(6000);
    await message("still there?", chat);
    world.turn().finish(`yes, ${chat}`);
    await world.clock.advance(100);
    expect(world.network.texts(chat).join("\n")).toContain(`yes, ${chat}`);
  }
});

/** Chats whose turns were cut; the papers of one are read as `papers` says from the second boot on. */
async function manyCut(sick: string, papers: Engine["papers"]): Promise<void> {
  let boots = 0;
  world = await createWorld({
    engine(real) {
      boots += 1;
      if (boots === 1) return real;
      const of = async (turn: Parameters<Engine["papers"]>[0]) => (await real.turn(turn))?.key;
      return {
        ...real,
        papers: async (turn) =>
          (await of(turn)) === world.key(sick) ? papers(turn) : real.papers(turn),
      };
    },
  });
  await world.boot();
  for (let chat = 1; chat <= 12; chat += 1) await message("begin", `c${chat}`);
  for (const turn of world.now().worker.turns) turn.accept();
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(100);
}

async function othersAreWell(sick: string): Promise<void> {
  for (let chat = 1; chat <= 12; chat += 1) {
    if (`c${chat}` === sick) continue;
    expect(await world.now().core.engine.session(world.key(`c${chat}`))).toMatchObject({
      turn: null,
      mark: { kind: "resume_pending" },
    });
  }
  await message("and?", "c2");
  world.turn().finish("here");
  await world.clock.advance(100);
  expect(world.network.texts("c2").at(-1)).toBe("here");
}

// The first and the last of the open turns.
it.each(["c1", "c9"])(
  "[C09] a session whose recovery is slow (%s) delays no other chat",
  async (sick) => {
    const { promise, reject } = Promise.withResolvers<never>();
    await manyCut(sick, () => promise);
    await othersAreWell(sick);
    reject(new Error("the disk took too long"));
    await world.clock.advance(100);
  },
);

it("[C09] a session whose recovery fails delays no other chat, is named, and is tried again when read", async () => {
  let isBroken = true;
  await manyCut("c1", async (turn) => {
    if (isBroken) throw new Error("this row is broken");
    return { items: [], entries: [], outbox: [], requests: [], turn } as never;
  });
  await othersAreWell("c1");
  expect(world.lines).toContainEqual(
    expect.objectContaining({
      msg: "turn not recovered",
      session: world.key("c1"),
      error: "this row is broken",
    }),
  );
  isBroken = false;
  await message("and?");
  await world.clock.advance(2000);
  expect(world.turn().given).toMatchObject({
    messages: [{ text: "and?" }],
    note: { cause: "crash" },
  });
});

it.each([true, false])(
  "[C12] a start (recovery: %s) asks the store as often with many sessions as with few",
  async (recover) => {
    const asked = async (sessions: number): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      world = await createWorld({
        engine: (real) => ({
          ...real,
          ...Object.fromEntries(
            Object.entries(real).flatMap(([name, member]: [string, unknown]) =>
              typeof member === "function"
                ? [
                    [
                      name,
                      (...given: unknown[]) => {
                        counts[name] = (counts[name] ?? 0) + 1;
                        return (member as (...all: unknown[]) => unknown)(...given);
                      },
                    ],
                  ]
                : [],
            ),
          ),
        }),
      });
      const { worker } = await world.boot();
      worker.answerWith = () => [{ type: "accepted" }, { type: "completed", reason: "end_turn" }];
      for (let chat = 1; chat <= sessions; chat += 1) {
        await world.network.deliver([world.network.inbound(`c${chat}`, "hello")]);
      }
      await world.clock.advance(1000);
      world.kill();
      for (const name of Object.keys(counts)) delete counts[name];
      await world.boot({ recover });
      await world.clock.advance(100);
      const found = { ...counts };
      await world.close();
      return found;
    };
    const few = await asked(2);
    expect(few["waiting"]).toBe(1);
    expect(few["session"]).toBeUndefined();
    expect(await asked(60)).toEqual(few);
  },
);

it("[C09] a command that waits for a session that cannot be read delays no other chat, and is kept", async () => {
  let isBroken = false;
  world = await createWorld({
    engine: (real) => ({
      ...real,
      session: async (key) => {
        if (isBroken && key === world.key("sick")) throw new Error("this row is broken");
        return real.session(key);
      },
    }),
  });
  await world.boot();
  await message("hello", "sick");
  world.turn().finish("hi");
  await world.clock.advance(10);
  isBroken = true;
  await message("/status", "sick");
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(100);
  await message("hello", "other");
  expect(worker.turns.at(-1)?.given.messages[0]?.text).toBe("hello");
  isBroken = false;
  world.kill();
  await world.boot();
  await world.clock.advance(100);
  expect(world.network.texts("sick").join("\n")).toContain("session:");
});
