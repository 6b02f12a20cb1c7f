import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, expect, it } from "vitest";

import type { Attachment } from "../../sessions/message.ts";
import type { TurnAttachment } from "../../workers/worker.ts";
import { until } from "./until.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

let world: World;

afterEach(() => world.close());

const LIMIT = 1000;

async function create(options: WorldOptions = {}): Promise<void> {
  const capabilities = { fetchFileLimit: LIMIT, ...options.capabilities };
  world = await createWorld({ ...options, capabilities });
  await world.boot();
}

function photo(ref: string, more: Partial<Attachment> = {}): Attachment {
  return { kind: "photo", ref, name: `${ref}.jpg`, mime: "image/jpeg", size: null, ...more };
}

async function send(text: string, ...attachments: readonly Attachment[]): Promise<void> {
  await world.network.say("c1", text, { attachments });
}

/** The nth turn, when its worker was given it. */
async function given(nth = 0, stepMs = 0): Promise<readonly TurnAttachment[]> {
  await until(world, () => world.now().worker.turns.length > nth, stepMs);
  return attachmentsOf(nth);
}

function attachmentsOf(nth: number): readonly TurnAttachment[] {
  const turn = world.now().worker.turns[nth];
  if (turn === undefined) throw new Error(`no turn ${nth}`);
  return turn.given.messages.flatMap(({ attachments }) => attachments);
}

function textOf(attachment: TurnAttachment | undefined): string {
  if (typeof attachment?.path !== "string") throw new Error("it has no path");
  return readFileSync(attachment.path, "utf8");
}

const place = () => join(world.now().core.settings.stateDir, "files", "in");

it("[T15, E14] an attachment is a file of this user's before the worker is asked", async () => {
  await create();
  world.network.files.set("cat", "meow");
  await send("look", photo("cat"));
  const [cat] = await given();
  expect(cat).toMatchObject({ ref: "cat", name: "cat.jpg", size: 4, problem: null });
  expect(textOf(cat)).toBe("meow");
  expect(cat?.path).toMatch(/\/files\/in\/trn_\w+\/msg_\w+\/1-cat\.jpg$/);
  expect(statSync(cat?.path ?? "").mode & 0o777).toBe(0o600);
  expect(statSync(place()).mode & 0o777).toBe(0o700);
});

it("[T15, E14] several attachments, also of one name, are several files", async () => {
  await create();
  world.network.files.set("a", "one").set("b", "two");
  await send("", photo("a", { name: "same.jpg" }), photo("b", { name: "same.jpg" }));
  const files = await given();
  expect(files.map(textOf)).toEqual(["one", "two"]);
});

it("an album is one turn with all its files, and a message without files waits for none", async () => {
  await create({ network: { mode: "collect" } });
  world.network.files.set("a", "one").set("b", "two");
  const { network } = world;
  await network.deliver([
    network.inbound("c1", "see", { album: "x", attachments: [photo("a")] }),
    network.inbound("c1", "", { album: "x", attachments: [photo("b")] }),
    network.inbound("c1", "no file"),
  ]);
  await given();
  const { messages } = world.turn().given;
  expect(messages.map(({ attachments }) => attachments.map(textOf))).toEqual([
    ["one"],
    ["two"],
    [],
  ]);
});

it("the transcript keeps the reference and no path", async () => {
  await create();
  world.network.files.set("cat", "meow");
  await send("look", photo("cat"));
  await given();
  const { id } = await world.session();
  const [entry] = await world.now().core.engine.transcript(id, 1);
  expect(entry?.body).toMatchObject({ kind: "user", attachments: [photo("cat")] });
  expect(JSON.stringify(entry)).not.toContain("files/in");
});

it("[T15, E14] what is too large by its own word is not fetched, and both are told why, once", async () => {
  await create();
  await send("look", photo("film", { size: LIMIT + 1 }));
  const [film] = await given();
  const problem = "larger than the 1000 bytes that this network lets a bot fetch";
  expect(film).toMatchObject({ path: null, problem });
  expect(world.network.fetches).toEqual([]);
  await until(world, () => world.network.shown.length > 0);
  expect(world.network.shown).toMatchObject([
    { text: `📎 The agent did not get: film.jpg (${problem})`, replyTo: "in-1" },
  ]);
});

it("[T15, E14] what turns out to be too large is a problem of the same kind", async () => {
  await create();
  world.network.files.set("film", "x".repeat(LIMIT + 1));
  await send("look", photo("film"));
  const [film] = await given();
  expect(film?.path).toBeNull();
  expect(film?.problem).toContain("larger than the 1000 bytes");
});

it("what the network has no longer is said so, without another try", async () => {
  await create();
  world.network.files.set("cat", { outcome: "gone", reason: "expired" });
  await send("look", photo("cat"));
  const [cat] = await given();
  expect(cat).toMatchObject({ path: null, problem: "the network no longer has it: expired" });
  expect(world.network.fetches).toEqual(["cat"]);
});

it("a network without files for bots says so", async () => {
  await create({ capabilities: { fetchFileLimit: 0 } });
  world.network.files.set("cat", "meow");
  await send("look", photo("cat"));
  expect(await given()).toMatchObject([
    { path: null, problem: "this network lets a bot fetch no files" },
  ]);
});

it("a fetch that fails is tried again, and three times at most", async () => {
  await create();
  world.network.files.set("cat", { outcome: "failed", reason: "reset" });
  await send("one", photo("cat"));
  await until(world, () => world.network.fetches.length === 1);
  world.network.files.set("cat", "meow");
  expect((await given(0, 50)).map(textOf)).toEqual(["meow"]);
  expect(world.network.fetches).toEqual(["cat", "cat"]);
  world.turn().finish("done");
  await world.clock.advance(100);
  world.network.files.set("dog", { outcome: "failed", reason: "reset" });
  await send("two", photo("dog"));
  expect(await given(1, 50)).toMatchObject([
    { path: null, problem: "it could not be fetched: reset" },
  ]);
  expect(world.network.fetches.filter((ref) => ref === "dog")).toHaveLength(3);
});

it("a fetch that hangs ends at its time limit, which the start of a worker is not charged with", async () => {
  await create({ settings: ({ turns }) => ({ turns: { ...turns, fetchTimeoutMs: 30_000 } }) });
  world.network.files.set("cat", { outcome: "black_hole" });
  await send("look", photo("cat"));
  expect(await given(0, 1000)).toMatchObject([
    { path: null, problem: "it could not be fetched: it did not arrive within 30 s" },
  ]);
  expect(world.network.fetches).toHaveLength(3);
  await world.clock.advance(15_000);
  expect(await world.status()).toBe("starting");
  world.turn().finish("sorry");
  await until(world, () => world.network.texts("c1").includes("sorry"), 50);
});

it("/stop ends a turn whose files are on their way, and no worker is asked", async () => {
  await create();
  world.network.files.set("cat", { outcome: "black_hole" });
  await send("look", photo("cat"));
  await until(world, () => world.network.fetches.length === 1);
  await world.network.say("c1", "/stop");
  await until(world, async () => (await world.status()) === "idle");
  expect(world.now().worker.opened).toEqual([]);
  world.network.files.set("cat", "meow");
  await send("again", photo("cat"));
  expect((await given(0, 10)).map(textOf)).toEqual(["meow"]);
});

it("a drain puts a turn back whose files are on their way, and the next boot begins it anew", async () => {
  await create();
  world.network.files.set("cat", { outcome: "black_hole" });
  await send("look", photo("cat"));
  await until(world, () => world.network.fetches.length === 1);
  await world.end({ timeoutMs: 100 });
  world.network.files.set("cat", "meow");
  await world.boot();
  expect((await given(0, 10)).map(textOf)).toEqual(["meow"]);
  await until(world, () => readdirSync(place()).length === 1, 60_000);
});

it("a kill between fetch and prompt leaves the message waiting, and its files are fetched for it again", async () => {
  await create();
  world.network.files.set("cat", "meow");
  world.now().worker.gate = new Promise(() => undefined);
  await send("look", photo("cat"));
  await until(world, () => world.now().worker.opened.length === 1);
  world.kill();
  await world.boot();
  expect((await given(0, 10)).map(textOf)).toEqual(["meow"]);
  expect(world.now().worker.turns).toHaveLength(1);
});

it("a second attempt of a turn uses the files that are there", async () => {
  await create();
  world.network.files.set("cat", "meow");
  world.now().worker.refusals.push(new Error("not now"));
  await send("look", photo("cat"));
  const [cat] = await given(0, 10);
  expect(world.now().worker.opened).toHaveLength(2);
  expect(cat).toMatchObject({ size: 4, problem: null });
  expect(textOf(cat)).toBe("meow");
  expect(world.network.fetches).toEqual(["cat"]);
});

it("who sent a file that cannot be fetched is told once, however often the turn is tried", async () => {
  await create();
  world.now().worker.refusals.push(new Error("not now"));
  await send("look", photo("cat"));
  await given(0, 10);
  await world.clock.advance(1000);
  expect(world.network.fetches).toEqual(["cat", "cat"]);
  expect(world.network.texts("c1")).toHaveLength(1);
});

it("a half of a file that another worker left is not taken for the file", async () => {
  await create();
  let release = (): void => undefined;
  world.now().worker.gate = new Promise((resolve) => {
    release = resolve;
  });
  world.network.files.set("cat", "meow");
  await send("look", photo("cat"));
  await until(world, () => world.now().worker.opened.length === 1);
  const [turn = ""] = readdirSync(place());
  const [message = ""] = readdirSync(join(place(), turn));
  const directory = join(place(), turn, message);
  expect(readdirSync(directory)).toEqual(["1-cat.jpg"]);
  writeFileSync(join(directory, "1-cat.jpg.part-1-1"), "me");
  release();
  expect((await given()).map(textOf)).toEqual(["meow"]);
});

it("names of people become no paths", async () => {
  await create();
  const names = [
    "../../../etc/passwd",
    "/etc/shadow",
    "..",
    "",
    ".bashrc",
    "a\u0000b\nc",
    "x\u202egpj.exe",
  ];
  for (const [index] of names.entries()) world.network.files.set(`r${index}`, `bytes ${index}`);
  await send("", ...names.map((name, index) => photo(`r${index}`, { name })));
  const files = await given();
  expect(files.map(textOf)).toEqual(names.map((_, index) => `bytes ${index}`));
  expect(files.map(({ path }) => path?.split("/").at(-1))).toEqual([
    "1-_.._.._etc_passwd",
    "2-_etc_shadow",
    "3-file",
    "4-photo.jpg",
    "5-bashrc",
    "6-a_b_c",
    "7-x_gpj.exe",
  ]);
  expect(existsSync("/etc/passwd")).toBe(true);
});

it("[B02] words that are steered into a turn bring their files", async () => {
  await create({ network: { mode: "steer" } });
  world.network.files.set("cat", "meow");
  await send("begin");
  await given();
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  await send("look", photo("cat"));
  await until(world, () => turn.steered.length > 0);
  expect(turn.steeredFiles.map(textOf)).toEqual(["meow"]);
});

it("what was written after a file that is on its way is not steered before it", async () => {
  await create({ network: { mode: "steer" } });
  await send("begin");
  await given();
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(10);
  world.network.files.set("cat", { outcome: "failed", reason: "reset" });
  await send("look", photo("cat"));
  await until(world, () => world.network.fetches.length === 1);
  world.network.files.set("cat", "meow");
  await send("what is it?");
  await world.clock.advance(10);
  expect(turn.steered).toEqual([]);
  await until(world, () => turn.steered.length > 0, 50);
  expect(turn.steered).toEqual(["look"]);
  turn.say({ type: "completed", reason: "end_turn" });
  await until(world, () => world.now().worker.turns.length === 2, 10);
  expect(world.turn().given.messages.map(({ text }) => text)).toEqual(["what is it?"]);
});
