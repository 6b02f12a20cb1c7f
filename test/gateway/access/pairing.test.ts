import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterEach, expect, it } from "vitest";

import { hashCode, makeCode } from "../../../gateway/access/code.ts";
import { realChance } from "../../../sessions/real-time.ts";
import { until } from "../until.ts";
import type { World } from "../world.ts";
import { approve, as, codes, EVE, knock, knocks, pairingWorld, say } from "./strangers.ts";

const HOUR = 60 * 60_000;

let world: World;
afterEach(() => world.close());

/** Codes are made by real threads, which the fake clock does not wait for: one made now comes after those before. */
async function settle(): Promise<void> {
  await hashCode(makeCode(realChance), realChance);
  await hashCode(makeCode(realChance), realChance);
  await world.clock.advance(1000);
}

it("a stranger who writes alone with the bot is given a code, once", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  expect(code).toMatch(/^[2-9B-DF-HJKMNP-TV-Z]{4}-[2-9B-DF-HJKMNP-TV-Z]{4}$/);
  for (const text of ["again", "/help", "/pair"]) {
    expect(await world.network.say("eve", text, EVE)).toEqual({ outcome: "unauthorised" });
  }
  await settle();
  expect(world.network.texts("eve")).toHaveLength(1);
  expect(world.now().worker.turns).toEqual([]);
});

it("messages that come at once are answered with one code", async () => {
  world = await pairingWorld();
  const { network } = world;
  await network.deliver([1, 2, 3].map((n) => network.inbound("eve", `${n}`, EVE)));
  await network.say("eve", "4", EVE);
  await until(world, () => knocks(world).some(({ at, expiresAt }) => expiresAt - at === HOUR));
  await settle();
  expect(codes(world, "eve")).toHaveLength(1);
});

it("a stranger gets nothing in a group, by a button, by a change of words, or where pairing is off", async () => {
  world = await pairingWorld();
  await world.network.say("g", "hello", { ...EVE, scope: "group" });
  await world.network.say("eve", "", { ...EVE, button: { data: "allow:req_1", on: "out-1" } });
  await world.network.say("eve", "new words", { ...EVE, edits: "in-1" });
  await settle();
  await world.close();
  const quiet = world;
  world = await pairingWorld({ pairing: "off" });
  await world.network.say("eve", "hello", EVE);
  await settle();
  expect([...quiet.network.sends, ...world.network.sends]).toEqual([]);
  expect(knocks(world)).toEqual([]);
});

it("who is let in by code is told so, may talk, and may do so after a kill", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  expect(await approve(world, code.toLowerCase().replace("-", " "))).toMatchObject({
    outcome: "approved",
    person: { network: "fake", user: "eve", name: "eve", standing: "user", by: "me" },
  });
  await world.clock.advance(10);
  expect(world.network.texts("eve").at(-1)).toMatch(/You may talk to me now\./);
  expect(await world.network.say("eve", "hi", EVE)).toMatchObject({ outcome: "stored" });
  world.kill();
  const { worker } = await world.boot();
  await world.clock.advance(10);
  expect(worker.turns.map(({ given }) => given.messages[0]?.text)).toEqual(["hi"]);
  expect(await say(world, "eve", "/restart")).toBe("Only an operator may do that.");
});

it("an operator of the chats lets a stranger in by /pair; a person may not", async () => {
  world = await pairingWorld({ allow: ["ann"] });
  const code = await knock(world);
  expect(await say(world, "ann", `/pair ${code}`)).toBe("Only an operator may do that.");
  expect(await say(world, "op", "/pair")).toMatch(/^Say \/pair and the code/);
  expect(await say(world, "op", `/pair ${code}`)).toBe("✅ eve (eve) may now talk to me in fake.");
  expect(world.lines.filter(({ advice }) => advice !== undefined)).toEqual([]);
  expect(world.now().core.access.people("fake")).toEqual({
    operators: ["op"],
    allowed: ["op", "ann", "eve"],
  });
});

it("who is let in by id while a code of theirs waits is told so, and the code counts no more", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  const { access } = world.now().gateway.operations;
  const person = await access.allow(
    { network: "fake", user: "eve" },
    { by: "me", standing: "operator" },
  );
  expect(person).toMatchObject({ name: "eve", standing: "operator" });
  await world.clock.advance(10);
  expect(world.network.texts("eve").at(-1)).toMatch(/as an operator/);
  expect(knocks(world)).toEqual([]);
  expect(await approve(world, code)).toEqual({ outcome: "unknown" });
  await access.allow({ network: "fake", user: "ann" }, { by: "me", standing: "user" });
  await world.clock.advance(10);
  expect(world.network.texts("ann")).toEqual([]);
});

it("where the gateway runs, the first operator is made by code", async () => {
  world = await pairingWorld({ operators: [] });
  const code = await knock(world);
  expect((await world.now().gateway.operations.status()).access).toEqual([
    { network: "fake", pairing: true, operators: 0, asking: 1 },
  ]);
  const told = world.lines.find(({ advice }) => String(advice).includes("access approve"));
  expect(told).toMatchObject({ msg: "somebody asks to be let in, and nobody is an operator" });
  expect(await approve(world, code, { standing: "operator" })).toMatchObject({
    outcome: "approved",
  });
  expect(world.now().core.access.people("fake").operators).toEqual(["eve"]);
  const second = await knock(world, "mallory");
  expect(await say(world, "eve", `/pair ${second} operator`)).toMatch(/as an operator\.$/);
  expect(world.now().core.access.isOperator("fake", "mallory")).toBe(true);
});

it("the name of a stranger cannot write on the terminal of an operator", async () => {
  world = await pairingWorld();
  const name = `\u001b[2J\u202eEve\n${"x".repeat(500)}`;
  await world.network.say("eve", "hello", { sender: { id: "eve", name } });
  await until(world, () => knocks(world).length === 1);
  const [asking] = world.now().gateway.operations.access.list().asking;
  expect(asking?.name).toMatch(/^\[2J Eve x+$/);
  expect(asking?.name.length).toBe(100);
});

it("a code is good for an hour, and the next message then brings another", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  world.clock.jump(HOUR - 1000);
  expect(codes(world, "eve")).toEqual([code]);
  world.clock.jump(1000);
  expect(await approve(world, code)).toEqual({ outcome: "unknown" });
  const next = await knock(world);
  expect(next).not.toBe(code);
  expect(await approve(world, code)).toEqual({ outcome: "unknown" });
  expect(await approve(world, next)).toMatchObject({ outcome: "approved" });
});

it("a code that was not sent keeps nobody waiting for an hour", async () => {
  world = await pairingWorld();
  world.network.answers.push({ outcome: "not_sent", reason: "no network" });
  await world.network.say("eve", "hello", EVE);
  await until(world, () => world.network.sends.length === 1);
  await world.clock.advance(61_000);
  expect(await knock(world)).not.toBe("");
});

it("a kill between making a code and sending it keeps nobody waiting for an hour", async () => {
  world = await pairingWorld();
  world.network.answers.push({ outcome: "black_hole" });
  await world.network.say("eve", "hello", EVE);
  await until(world, () => world.network.sends.length === 1);
  world.kill();
  await world.boot();
  expect(knocks(world)).toHaveLength(1);
  await world.clock.advance(61_000);
  expect(await knock(world)).not.toBe("");
});

it("a code that arrives late brings nobody back who was kept out meanwhile", async () => {
  world = await pairingWorld();
  world.network.answers.push({ outcome: "black_hole" });
  await world.network.say("eve", "hello", EVE);
  await until(world, () => world.network.sends.length === 1);
  const { access } = world.now().gateway.operations;
  await access.revoke({ network: "fake", user: "eve" }, "me");
  await world.clock.advance(31_000);
  await settle();
  expect(world.lines.map(({ msg }) => msg)).toContain("pairing code given");
  expect(knocks(world)).toEqual([]);
});

it("three strangers of a network wait at most, and a place that is free is given", async () => {
  world = await pairingWorld();
  const first = await knock(world, "s1");
  await knock(world, "s2");
  await knock(world, "s3");
  await world.network.say("s4", "hello", as("s4"));
  expect(world.lines.at(-1)).toMatchObject({ msg: "no pairing code: too many wait", user: "s4" });
  await settle();
  expect(world.network.texts("s4")).toEqual([]);
  await approve(world, first);
  expect(await knock(world, "s4")).not.toBe("");
});

it("of two approvals at once one counts, and the next boot knows it", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  const both = await Promise.all([
    approve(world, code),
    approve(world, code, { by: "other", standing: "operator" }),
  ]);
  expect(both.map(({ outcome }) => outcome)).toEqual(["approved", "unknown"]);
  world.kill();
  await world.boot();
  expect(world.now().core.access.people("fake").operators).toEqual(["op"]);
  expect(world.now().core.access.people("fake").allowed).toEqual(["op", "eve"]);
});

it("a code outlives a kill, and so do the wrong ones that were typed", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  for (let n = 0; n < 4; n += 1) await approve(world, `BBBB-BBB${n + 2}`);
  await world.clock.advance(1000);
  world.kill();
  await world.boot();
  expect(await approve(world, "BBBB-BBBB")).toEqual({ outcome: "unknown" });
  expect(await approve(world, code)).toMatchObject({ outcome: "limited" });
  expect(await approve(world, code, { by: "other" })).toMatchObject({ outcome: "approved" });
});

it("wrong, used and late codes are answered alike, and with the same words", async () => {
  world = await pairingWorld();
  const late = await knock(world, "s1");
  world.clock.jump(HOUR);
  const used = await knock(world, "s2");
  await approve(world, used);
  const answers = [];
  for (const code of [late, used, "BBBB-BBBB", "x"]) {
    answers.push(await say(world, "op", `/pair ${code}`));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^No such code, or its time is over/);
});

it("after five wrong codes in an hour an operator is told to wait, and the right one is not looked at", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  for (let n = 0; n < 5; n += 1) await say(world, "op", "/pair BBBB-BBBB");
  expect(await say(world, "op", `/pair ${code}`)).toBe(
    "Too many wrong codes. Try again in 60 minutes.",
  );
  world.clock.jump(HOUR);
  const next = await knock(world);
  expect(await say(world, "op", `/pair ${next}`)).toMatch(/may now talk/);
});

it("a right code costs no try", async () => {
  world = await pairingWorld();
  for (const user of ["s1", "s2", "s3", "s4", "s5", "s6"]) {
    expect(await approve(world, await knock(world, user))).toMatchObject({ outcome: "approved" });
  }
});

it("[X05] a code stands in no log and nowhere on the disk", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  await approve(world, "BBBB-BBBB");
  await approve(world, code);
  await world.clock.advance(10);
  const plain = code.replace("-", "");
  const logged = world.lines.map((line) => JSON.stringify(line)).join("\n");
  const directory = dirname(world.file);
  const kept = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
  expect(kept).toContain("knock");
  for (const secret of [code, plain]) {
    expect(logged).not.toContain(secret);
    expect(kept).not.toContain(secret);
  }
});

it("an approval whose answer is cut by a kill is done once, with its answer", async () => {
  world = await pairingWorld();
  const code = await knock(world);
  const { units } = world;
  const before = units.length;
  await say(world, "op", `/pair ${code}`);
  const letIn = units
    .slice(before)
    .filter(({ keyed = [] }) => keyed.some(({ key }) => key.startsWith("person:")));
  expect(letIn).toHaveLength(1);
  expect(letIn[0]?.inbox).toMatchObject([{ to: "done", reason: "handled" }]);
  expect(letIn[0]?.outbox?.map(({ address }) => address.chat).toSorted()).toEqual(["eve", "op"]);
});
