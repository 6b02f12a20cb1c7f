import { afterEach, expect, it } from "vitest";

import type { Removal } from "../../../gateway/access/access-operations.ts";
import { mayRun } from "../../../gateway/access/askers.ts";
import { hashCode } from "../../../gateway/access/code.ts";
import { realChance } from "../../../sessions/real-time.ts";
import type { Engine } from "../../../sessions/engine.ts";
import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";
import { until } from "../until.ts";
import { approve, as, codes, EVE, knock, knocks, pairingWorld } from "./strangers.ts";

let world: World;
afterEach(() => world.close());

/** Eve is let in, besides ann whom the configuration names. */
async function begin(options: WorldOptions = {}): Promise<void> {
  const network = { allow: ["ann"], pairing: "on", ...options.network } as const;
  world = await createWorld({ ...options, network });
  await world.boot();
  await access().allow({ network: "fake", user: "eve" }, { by: "me", standing: "user" });
}

function access() {
  return world.now().gateway.operations.access;
}

const revoke = (user = "eve"): Promise<Removal> => access().revoke({ network: "fake", user }, "me");

/** A turn of eve's runs in c1. */
async function run(more = {}): Promise<void> {
  await world.network.say("c1", "work", { ...EVE, ...more });
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
}

it("who is revoked is a stranger: nothing is stored, and a code is given anew", async () => {
  await begin();
  expect(await revoke()).toEqual({ outcome: "revoked", dropped: 0, stopped: 0, released: 0 });
  expect(await world.network.say("eve", "hello", EVE)).toEqual({ outcome: "unauthorised" });
  await until(world, () => codes(world, "eve").length === 1);
  expect(await revoke("nobody")).toMatchObject({ outcome: "nothing" });
  world.kill();
  await world.boot();
  expect(await world.network.say("eve", "hello", EVE)).toEqual({ outcome: "unauthorised" });
  expect(world.lines.filter(({ level }) => level === 50)).toEqual([]);
});

it("who is denied gets nothing, whatever the configuration says, also after a kill", async () => {
  await begin({ network: { operators: ["op", "mallory"] } });
  const { network } = world;
  await knock(world, "s1");
  for (const user of ["eve", "ann", "mallory", "s1"]) {
    await access().deny({ network: "fake", user }, "me");
  }
  const check = async (): Promise<void> => {
    const before = network.sends.length;
    for (const user of ["eve", "ann", "mallory", "s1"]) {
      expect(await network.say(user, "hello", as(user))).toEqual({ outcome: "unauthorised" });
    }
    await hashCode("BBBBBBBB", realChance);
    await world.clock.advance(1000);
    expect(network.sends.length).toBe(before);
    expect(world.now().core.access.people("fake")).toEqual({ operators: ["op"], allowed: ["op"] });
  };
  await check();
  world.kill();
  await world.boot();
  await check();
  await access().allow({ network: "fake", user: "eve" }, { by: "me", standing: "user" });
  expect(await network.say("eve", "hello", EVE)).toMatchObject({ outcome: "stored" });
});

it("who is named in the configuration is kept out as well when revoked", async () => {
  await begin();
  expect(await revoke("ann")).toMatchObject({ outcome: "denied" });
  expect(await world.network.say("ann", "hello")).toEqual({ outcome: "unauthorised" });
  await hashCode("BBBBBBBB", realChance);
  await world.clock.advance(1000);
  expect(codes(world, "ann")).toEqual([]);
});

it("revoking somebody takes their code away", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  expect(await revoke()).toMatchObject({ outcome: "revoked" });
  expect(await approve(world, code)).toEqual({ outcome: "unknown" });
});

it("a turn that runs for who is revoked is stopped, what they queued is dropped, and others go on", async () => {
  await begin({ network: { mode: "queue" } });
  await run();
  await world.network.say("c1", "more", EVE);
  await world.network.say("c1", "mine", as("ann"));
  await world.network.say("c2", "hello", as("ann"));
  await world.clock.advance(10);
  world.turn().accept();
  expect(await revoke()).toEqual({ outcome: "revoked", dropped: 1, stopped: 1, released: 0 });
  await world.clock.advance(10);
  const [first, other, next] = world.now().worker.turns;
  expect(first?.interrupts).toBe(1);
  expect(other?.interrupts).toBe(0);
  expect(next?.given.messages.map(({ text }) => text)).toEqual(["mine"]);
  expect(world.network.texts("c1")).toContain("⏹ Stopped.");
  const dropped = world.units.flatMap(({ inbox = [] }) => inbox).filter(({ to }) => to === "done");
  expect(dropped.map(({ reason }) => reason)).toContain("revoked");
});

it("a turn that continues for others what somebody had begun who may no longer is theirs", async () => {
  const allow = ["eve", "ann"];
  world = await createWorld({ network: { allow } });
  await world.boot();
  await run();
  world.kill();
  allow.shift();
  await world.boot();
  await world.clock.advance(10);
  await world.network.say("c1", "go on", as("ann"));
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  expect(await revoke("nobody")).toMatchObject({ stopped: 0 });
  expect(await world.status()).toBe("running");
});

it("what nobody asked for may not run", async () => {
  await begin();
  const { core } = world.now();
  const said = world.network.inbound("c1", "hi", EVE);
  expect([[], null, [said]].map((asked) => mayRun(core, asked))).toEqual([false, false, true]);
});

it("a worker that does not obey is killed", async () => {
  await begin({ worker: { obeys: false } });
  await run();
  await revoke();
  await world.clock.advance(60_000);
  expect(world.turn().isKilled).toBe(true);
  expect(await world.status()).toBe("idle");
});

it("a turn of several people is stopped when one of them is revoked", async () => {
  await begin({ network: { mode: "steer", allow: ["ann"] } });
  await world.network.say("c1", "mine", as("ann"));
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  await world.network.say("c1", "joins", EVE);
  await world.clock.advance(10);
  expect(world.turn().steered).toEqual(["joins"]);
  expect(await revoke()).toMatchObject({ stopped: 1 });
});

it("words that would have joined a turn do not reach it when their writer was revoked meanwhile", async () => {
  await begin({ network: { mode: "steer" }, capabilities: { fetchFileLimit: 1000 } });
  await world.network.say("c1", "mine", as("ann"));
  await world.clock.advance(10);
  world.turn().accept();
  await world.clock.advance(10);
  // While its file comes, its writer is removed; what takes it out of the queue has not come to it yet.
  world.network.files.set("f", { outcome: "failed", reason: "later" });
  const file = { kind: "document", ref: "f", name: "a.txt", mime: "text/plain", size: 1 } as const;
  await world.network.say("c1", "joins", { ...EVE, attachments: [file] });
  await until(world, () => world.network.fetches.length === 1);
  const { core } = world.now();
  core.access.book.enter([{ kind: "person_gone", network: "fake", user: "eve" }]);
  world.network.files.set("f", "x");
  await until(world, () => world.network.fetches.length === 2, 500);
  // Its bytes are written by real threads.
  const end = performance.now() + 150;
  await until(world, () => performance.now() > end);
  expect(world.turn().steered).toEqual([]);
  expect(world.turn().interrupts).toBe(0);
});

it("an open question of who is revoked is closed, and cannot be answered", async () => {
  await begin();
  await run();
  world.turn().say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(10);
  expect(await world.status()).toBe("awaiting_input");
  await revoke();
  await world.clock.advance(10);
  expect(world.turn().answers).toEqual([]);
  const { operations } = world.now().gateway;
  expect(await operations.requests()).toEqual([]);
  const [row] = await world.now().core.engine.requests({ key: null, onlyOpen: false });
  expect(row?.state).toBe("turn_ended");
  const press = { ...EVE, button: { data: `allow:${row?.id}`, on: "out-1" } };
  expect(await world.network.say("c1", "", press)).toEqual({ outcome: "unauthorised" });
  expect(await world.status()).toBe("idle");
});

it("a question that a dead boot left open is closed as well", async () => {
  await begin();
  await run();
  world.turn().say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(10);
  world.kill();
  await world.boot();
  await world.clock.advance(10);
  expect(await world.status()).toBe("awaiting_input");
  expect(await revoke()).toMatchObject({ stopped: 1 });
  await world.clock.advance(10);
  expect(await world.status()).toBe("idle");
  expect(await world.now().gateway.operations.requests()).toEqual([]);
});

it("somebody else's question cannot be answered by who was revoked", async () => {
  await begin();
  await world.network.say("c1", "work", as("ann"));
  await world.clock.advance(10);
  world
    .turn()
    .say({ type: "accepted" }, { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(10);
  await revoke();
  expect(await world.network.press("c1", /Allow/, "eve")).toEqual({ outcome: "unauthorised" });
  expect(await world.network.say("c1", "/approve", EVE)).toEqual({ outcome: "unauthorised" });
  await world.clock.advance(10);
  expect(await world.status()).toBe("awaiting_input");
  await world.network.press("c1", /Allow/, "ann");
  await world.clock.advance(10);
  expect(world.turn().answers).toMatchObject([{ decision: "allow" }]);
});

it("[R14] a conversation that was cut is not continued for who is revoked, by itself or by others", async () => {
  await begin({ network: { resume: "auto" }, settings: (all) => ({ resume: { ...all.resume } }) });
  await run();
  world.kill();
  const booted = world.boot();
  await booted;
  world.network.cut();
  expect(await world.status()).toBe("resume_pending");
  expect(await revoke()).toEqual({ outcome: "revoked", dropped: 0, stopped: 0, released: 1 });
  world.network.connect();
  await world.clock.advance(10_000);
  expect(world.now().worker.turns).toEqual([]);
  await world.network.say("c1", "hello", as("ann"));
  await world.clock.advance(10);
  expect(world.turn().given.note).toBeNull();
});

it("[R14] a revocation that a kill cut short holds at the next boot", async () => {
  await begin({ network: { resume: "auto" } });
  await run();
  await world.network.say("c1", "more", EVE);
  await world.network.say("c3", "other", EVE);
  // The decision is stored, and nothing that follows from it.
  const { core } = world.now();
  await core.engine.commit({
    keyed: core.access.book.keyed([{ kind: "person_gone", network: "fake", user: "eve" }]),
  });
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(10_000);
  expect(worker.turns).toEqual([]);
  expect(world.lines.map(({ refused }) => refused)).toContain("the person is no longer allowed");
});

it("whatever the moment, no turn of who is revoked goes on", async () => {
  for (let moment = 0; moment < 24; moment += 1) {
    await begin({ network: { mode: "steer" } });
    void world.network.say("c1", "work", EVE).catch(() => undefined);
    // A few steps into storing, admitting, starting and steering.
    for (let step = 0; step < moment % 12; step += 1) await new Promise(setImmediate);
    if (moment >= 12) void world.network.say("c1", "joins", EVE).catch(() => undefined);
    for (let step = 0; step < moment % 5; step += 1) await Promise.resolve();
    await revoke();
    await world.clock.advance(20_000);
    const { worker, core } = world.now();
    for (const turn of worker.turns) expect(turn.interrupts > 0 || turn.isKilled).toBe(true);
    expect(await core.engine.openTurns()).toEqual([]);
    expect(await core.engine.waiting()).toEqual([]);
    await world.close();
  }
  await begin();
});

it("a turn that is about to continue by itself is caught by a revocation of that moment", async () => {
  const gate = Promise.withResolvers<void>();
  let isHeld = false;
  let isAsked = false;
  const engine = (real: Engine): Engine => ({
    ...real,
    claim: async (unit) => {
      isAsked = true;
      if (isHeld) await gate.promise;
      return real.claim(unit);
    },
  });
  await begin({ network: { resume: "auto" }, engine });
  await run();
  world.kill();
  [isHeld, isAsked] = [true, false];
  await world.boot();
  await until(world, () => isAsked, 100);
  const revoked = revoke();
  await world.clock.advance(100);
  gate.resolve();
  expect(await revoked).toMatchObject({ outcome: "revoked" });
  await world.clock.advance(20_000);
  const { worker } = world.now();
  for (const turn of worker.turns) expect(turn.interrupts > 0 || turn.isKilled).toBe(true);
  expect(await world.now().core.engine.openTurns()).toEqual([]);
});

it("[R14] a question of who was taken out of the configuration is closed by the next boot", async () => {
  const allow = ["eve", "ann"];
  world = await createWorld({ network: { allow } });
  await world.boot();
  for (const [chat, who] of [
    ["c1", "eve"],
    ["c2", "ann"],
  ] as const) {
    await world.network.say(chat, "work", as(who));
    await world.clock.advance(10);
    world
      .turn()
      .say(
        { type: "accepted" },
        { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" },
      );
    await world.clock.advance(10);
  }
  world.kill();
  allow.shift();
  const { worker, gateway } = await world.boot();
  await world.clock.advance(100);
  expect(await world.status("c1")).toBe("idle");
  expect(await world.status("c2")).toBe("awaiting_input");
  expect((await gateway.operations.requests()).map(({ key }) => key)).toEqual([world.key("c2")]);
  expect(world.lines.map(({ msg }) => msg)).toContain("turn stopped: not allowed");
  expect(worker.turns).toEqual([]);
});

it("revoking and letting in at once leave one of the two, as stored", async () => {
  await begin();
  const who = { network: "fake", user: "eve" };
  await Promise.all([
    revoke(),
    access().allow(who, { by: "me", standing: "operator" }),
    access().deny(who, "me"),
    access().allow(who, { by: "me", standing: "user" }),
  ]);
  const before = world.now().core.access.book.persons();
  expect(before).toMatchObject([{ user: "eve", standing: "user" }]);
  world.kill();
  await world.boot();
  expect(world.now().core.access.book.persons()).toEqual(before);
});

it("a network that is not there is said to be none", async () => {
  await begin();
  await expect(access().deny({ network: "fak", user: "eve" }, "me")).rejects.toThrow(
    'There is no network "fak": use one of fake',
  );
  expect(knocks(world)).toEqual([]);
});
