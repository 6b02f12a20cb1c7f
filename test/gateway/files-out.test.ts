import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import type { Step } from "../../gateway/probe.ts";
import type { StoredOutboxRow } from "../../sessions/rows.ts";
import type { WorkerEvent } from "../../workers/worker.ts";
import type { Configuration } from "../../gateway/config/configuration.ts";
import type { ScriptedTurn } from "../fakes/scripted-worker.ts";
import { until } from "./until.ts";
import { createWorld } from "./world.ts";
import type { World, WorldOptions } from "./world.ts";

type Agent = Configuration["workers"][string];

let world: World;
let desk: string;
/** The next time this step is reached, the gateway dies. */
let deadly: Step | null = null;

beforeEach(() => {
  desk = mkdtempSync(join(tmpdir(), "sluice-desk-"));
});

afterEach(async () => {
  deadly = null;
  await world.close();
  rmSync(desk, { recursive: true, force: true });
});

const LIMIT = 1000;

async function create(options: WorldOptions = {}): Promise<void> {
  const capabilities = { sendFileLimit: LIMIT, ...options.capabilities };
  world = await createWorld({
    ...options,
    capabilities,
    probe(step) {
      if (step !== deadly) return;
      deadly = null;
      world.kill();
    },
  });
  await world.boot();
}

async function ask(text = "hello") {
  const before = world.now().worker.turns.length;
  await world.network.say("c1", text);
  await until(world, () => world.now().worker.turns.length > before);
  return world.turn();
}

function file(name: string, text = `text of ${name}`): WorkerEvent {
  const path = join(desk, name);
  writeFileSync(path, text);
  return { type: "file", path, name, mime: "text/plain" };
}

const fileAt = (path: string): WorkerEvent => ({ type: "file", path, name: "", mime: "" });

const DONE: WorkerEvent = { type: "completed", reason: "end_turn" };
const say = (text: string): WorkerEvent => ({ type: "delta", text });

/** What is to be seen in the chat: texts, and files by name and content. */
function seen(): readonly string[] {
  return world.network.shown.map(({ text, file: one }) =>
    one === null ? text : `${text}[${one.name}: ${one.text}]`,
  );
}

const place = () => join(world.now().core.settings.stateDir, "files", "out");

/** How many files were wholly copied. */
function copied(): number {
  if (!existsSync(place())) return 0;
  const names = readdirSync(place(), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".json")).length;
}

async function fileRows(): Promise<readonly StoredOutboxRow[]> {
  const states = ["draft", "pending", "sending", "sent", "dead", "dropped"] as const;
  const rows = await world.now().core.engine.outbox({ states, after: 0, limit: 100 });
  return rows.filter(({ message }) => message.file !== null);
}

it("[T15, E14] files of a worker follow the answer, each as a message, in order", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, file("a.txt"), say("Here: "), file("b.txt"), say("both."), DONE);
  await until(world, () => world.network.shown.length === 3, 10);
  expect(seen()).toEqual(["Here: both.", "[a.txt: text of a.txt]", "[b.txt: text of b.txt]"]);
  expect(world.network.shown.map(({ replyTo }) => replyTo)).toEqual(["in-1", null, null]);
  expect(world.network.shown[1]?.file?.mime).toBe("text/plain");
});

it("[O01, T15] files are in the write that ends the turn", async () => {
  await create();
  (await ask()).say({ type: "accepted" }, file("a.txt"), say("hi"), DONE);
  await until(world, () => world.units.some(({ turn }) => turn?.phase === "ended"));
  const unit = world.units.find(({ turn }) => turn?.phase === "ended");
  expect(unit?.outbox).toMatchObject([
    { message: { text: "hi", file: null } },
    { message: { text: "", file: { name: "a.txt", size: 13, mime: "text/plain" } } },
  ]);
});

it("a file is copied when it is said, and of this user only", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, file("a.txt", "first"), { type: "ping" });
  await until(world, () => copied() === 1);
  writeFileSync(join(desk, "a.txt"), "later");
  unlinkSync(join(desk, "a.txt"));
  turn.say(say("here"), DONE);
  await until(world, () => world.network.shown.length === 2, 10);
  expect(seen()).toEqual(["here", "[a.txt: first]"]);
  const [{ message }] = (await fileRows()) as [StoredOutboxRow];
  expect(statSync(message.file?.path ?? "").mode & 0o777).toBe(0o600);
});

it("an answer of files alone needs no words, and answers the message", async () => {
  await create();
  (await ask()).say({ type: "accepted" }, file("a.txt"), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()).toEqual(["[a.txt: text of a.txt]"]);
  expect(world.network.shown[0]?.replyTo).toBe("in-1");
});

it("[T15, E14] a file above the limit of the network is refused with a remark", async () => {
  await create();
  const big = "x".repeat(LIMIT + 1);
  (await ask()).say({ type: "accepted" }, say("Here."), file("big.txt", big), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()).toEqual([
    "Here.\n\n📎 big.txt — not sent: 1001 bytes is more than the 1000 bytes that this network takes",
  ]);
});

it("a chat without files is told the name and size of each", async () => {
  await create({ capabilities: { sendFileLimit: 0 } });
  (await ask()).say({ type: "accepted" }, say("Here."), file("a.txt"), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()).toEqual(["Here.\n\n📎 a.txt (13 bytes) — cannot be shown in this chat"]);
  expect(existsSync(place())).toBe(false);
});

it.each<readonly [string, () => string, RegExp]>([
  ["that does not exist", () => join(desk, "nowhere"), /there is no such file/],
  ["by a relative path", () => "package.json", /there is no such file/],
  ["that is a directory", () => desk, /it is a directory/],
  ["that is empty", () => touch("empty", ""), /it is empty/],
  ["that is a pipe", () => pipe(), /it is not a regular file/],
  ["of the state directory", () => world.file, /where the gateway keeps its own/],
  ["linked from the state directory", () => link(world.file), /where the gateway keeps its own/],
  ["of the configuration's secrets", () => secret("token"), /where the gateway keeps its own/],
  ["of the credentials directory", () => secret("c/bot"), /where the gateway keeps its own/],
  ["linked to a secret", () => link(secret("token")), /where the gateway keeps its own/],
])("a file %s is refused with a remark", async (_, make, remark) => {
  const secretPaths = [join(desk, "secrets", "token"), join(desk, "secrets", "c")];
  await create({ settings: () => ({ secretPaths }) });
  (await ask()).say({ type: "accepted" }, say("Here."), fileAt(make()), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  const [text] = seen();
  expect(text).toMatch(/^Here\.\n\n📎 \S+ — not sent: /);
  expect(text).toMatch(remark);
  expect(text).not.toContain(desk);
});

function touch(name: string, text: string): string {
  writeFileSync(join(desk, name), text);
  return join(desk, name);
}

function pipe(): string {
  execFileSync("mkfifo", [join(desk, "pipe")]);
  return join(desk, "pipe");
}

function link(to: string): string {
  symlinkSync(to, join(desk, "harmless.txt"));
  return join(desk, "harmless.txt");
}

function secret(name: string): string {
  mkdirSync(join(desk, "secrets", "c"), { recursive: true });
  return touch(join("secrets", name), "the token");
}

it("what came in with a turn may go back, and what came with another may not", async () => {
  await create({ capabilities: { fetchFileLimit: LIMIT } });
  world.network.files.set("cat", "meow");
  const attachments = [
    { kind: "photo", ref: "cat", name: "cat.jpg", mime: "", size: null },
  ] as const;
  await world.network.say("c1", "keep it", { attachments });
  await until(world, () => world.now().worker.turns.length === 1);
  const path = world.turn().given.messages[0]?.attachments[0]?.path ?? "";
  world.turn().say({ type: "accepted" }, fileAt(path), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()).toEqual(["[1-cat.jpg: meow]"]);
  (await ask("and now?")).say({ type: "accepted" }, fileAt(path), DONE);
  await until(world, () => world.network.shown.length === 2, 10);
  expect(seen()[1]).toContain("where the gateway keeps its own");
});

it("what a worker made in its own workspace is sent, and what is in another's is not", async () => {
  await create();
  const make = (turn: ScriptedTurn, name: string): string => {
    const path = join(turn.conversation.workspace, name);
    writeFileSync(path, `text of ${name}`);
    return path;
  };
  const turn = await ask();
  const path = make(turn, "report.txt");
  turn.say({ type: "accepted" }, fileAt(path), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()).toEqual(["[report.txt: text of report.txt]"]);
  await world.network.say("c2", "and you?");
  await until(world, () => world.now().worker.turns.length === 2);
  expect(world.turn().conversation.workspace).not.toBe(turn.conversation.workspace);
  world.turn().say({ type: "accepted" }, fileAt(path), DONE);
  await until(world, () => world.network.shown.length === 2, 10);
  expect(seen()[1]).toContain("where the gateway keeps its own");
});

it.each([
  ["is the state directory", "."],
  ["holds the state directory", ".."],
])("a workspace that %s opens nothing of the gateway's own", async (_, workspace) => {
  await create({
    settings: ({ workers }) => ({
      workers: Object.fromEntries(
        Object.entries(workers).map(([name, worker]) => [name, { ...worker, workspace } as Agent]),
      ),
    }),
  });
  (await ask()).say({ type: "accepted" }, fileAt(world.file), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()[0]).toContain("where the gateway keeps its own");
});

it("a secret in the workspace stays one", async () => {
  const secretPaths: string[] = [];
  await create({ settings: () => ({ secretPaths }) });
  const turn = await ask();
  const path = join(turn.conversation.workspace, "token");
  writeFileSync(path, "the token");
  secretPaths.push(path);
  turn.say({ type: "accepted" }, fileAt(path), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()[0]).toContain("where the gateway keeps its own");
});

it("a worker that loops sends no more than twenty files", async () => {
  await create();
  const many = Array.from({ length: 22 }, (_, index) => file(`${index}.txt`));
  (await ask()).say({ type: "accepted" }, ...many, DONE);
  await until(world, () => world.network.shown.length === 21, 10);
  expect(seen()[0]).toContain("20.txt — not sent: 20 files go with one answer");
});

it("[O05] a file whose send may have arrived is labelled in its caption and never edited", async () => {
  await create();
  (await ask()).say({ type: "accepted" }, file("a.txt"), DONE);
  world.network.answers.push({ outcome: "done_but_lost" });
  await until(world, () => world.network.shown.length === 2, 500);
  expect(seen()).toEqual(["[a.txt: text of a.txt]", "(may be a duplicate)[a.txt: text of a.txt]"]);
  expect(world.network.sends.map(({ kind }) => kind)).toEqual(["send", "send"]);
});

it("an uncertain file is not edited where the network tells a repeat by itself", async () => {
  await create({ capabilities: { idempotentForMs: 600_000 } });
  (await ask()).say({ type: "accepted" }, file("a.txt"), DONE);
  world.network.answers.push({ outcome: "done_but_lost" });
  await until(world, async () => (await fileRows())[0]?.state === "sent", 500);
  expect(seen()).toEqual(["[a.txt: text of a.txt]"]);
  expect(world.network.sends.map(({ kind }) => kind)).toEqual(["send", "send"]);
});

it("a file that vanished before it was sent is given up and listed", async () => {
  await create();
  world.network.cut();
  (await ask()).say({ type: "accepted" }, file("a.txt"), DONE);
  await until(world, async () => (await fileRows()).length === 1, 10);
  rmSync(place(), { recursive: true });
  world.network.connect();
  await until(world, async () => (await fileRows())[0]?.state === "dead", 10);
  expect((await fileRows())[0]?.error).toBe("its file is no longer kept");
  expect(world.network.sends).toEqual([]);
});

it("a file that was held back is sent under its label when an operator wants it", async () => {
  await create({ network: { ambiguousSends: "hold" } });
  world.network.answers.push({ outcome: "done_but_lost" });
  (await ask()).say({ type: "accepted" }, file("a.txt"), DONE);
  await until(world, async () => (await fileRows())[0]?.state === "dead", 10);
  expect(await world.now().gateway.operations.retry((await fileRows())[0]?.id ?? "")).toBe(true);
  await until(world, () => world.network.shown.length === 2, 10);
  expect(seen()[1]).toBe("(may be a duplicate)[a.txt: text of a.txt]");
});

it("files are sent after a boot when the gateway died with them unsent", async () => {
  await create();
  world.network.cut();
  (await ask()).say({ type: "accepted" }, file("a.txt"), say("here"), file("b.txt"), DONE);
  await until(world, async () => (await fileRows()).length === 2);
  world.kill();
  rmSync(desk, { recursive: true });
  world.network.connect();
  await world.boot();
  await until(world, () => world.network.shown.length === 3, 10);
  expect(seen()).toEqual(["here", "[a.txt: text of a.txt]", "[b.txt: text of b.txt]"]);
});

it("[O03] a kill between the copy and the end sends the file with the cut answer", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, file("a.txt"), { type: "ping" }, say("half"));
  await until(world, () => copied() === 1);
  await world.clock.advance(1500);
  world.kill();
  await world.boot();
  await until(world, () => seen().some((one) => one.includes("a.txt")), 10);
  expect(seen()).toEqual([
    "half\n\n⏸ Cut short by a crash. Write anything and I continue from here.",
    "[a.txt: text of a.txt]",
  ]);
  await world.clock.advance(10_000);
  expect(seen()).toHaveLength(2);
});

it("a kill in the middle of a copy sends no half of a file", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, say("half"));
  await world.clock.advance(1500);
  const id = turn.given.turn;
  mkdirSync(join(place(), id, "1-1"), { recursive: true });
  writeFileSync(join(place(), id, "1-1", "a.txt"), "hal");
  mkdirSync(join(place(), id, "1-2"), { recursive: true });
  writeFileSync(join(place(), id, "1-2", "b.txt"), "hal");
  const record = JSON.stringify({ name: "b.txt", mime: "text/plain", size: 4 });
  writeFileSync(join(place(), id, "1-2.json"), record);
  writeFileSync(join(place(), id, "1-3.json"), '{"name":');
  world.kill();
  await world.boot();
  await until(world, async () => (await world.status()) === "resume_pending", 10);
  expect(await fileRows()).toEqual([]);
});

it("a turn cut by a drain sends what was ready, and an end that comes late does not repeat it", async () => {
  await create({ worker: { obeys: false } });
  const turn = await ask();
  turn.say({ type: "accepted" }, say("half"), file("a.txt"), { type: "ping" });
  await until(world, () => copied() === 1);
  turn.onInterrupt = () => turn.say(say(" and whole"), file("b.txt"), DONE);
  world.now().gateway.drain({ then: "stay", timeoutMs: 100, by: "test", worker: null });
  await until(world, () => seen().includes("[b.txt: text of b.txt]"), 10);
  await world.clock.advance(1000);
  const files = seen().filter((one) => one.startsWith("["));
  expect(files.toSorted()).toEqual(["[a.txt: text of a.txt]", "[b.txt: text of b.txt]"]);
  expect(seen()).toContain("half and whole");
});

it("a turn that failed sends what was ready", async () => {
  await create();
  const failed: WorkerEvent = { type: "failed", error: "out of paper", canRetry: false };
  (await ask()).say({ type: "accepted" }, file("a.txt"), failed);
  await until(world, () => world.network.shown.length === 2, 10);
  expect(seen()).toEqual(["⚠️ This did not work: out of paper", "[a.txt: text of a.txt]"]);
});

it("a kill in the middle of sending a file labels it after the boot", async () => {
  await create();
  const turn = await ask();
  turn.say({ type: "accepted" }, file("a.txt"), { type: "ping" });
  await world.clock.advance(10);
  deadly = "send_answered";
  turn.say(DONE);
  await until(world, () => deadly === null);
  await world.boot();
  await until(world, () => world.network.shown.length === 2, 10);
  expect(seen()[1]).toBe("(may be a duplicate)[a.txt: text of a.txt]");
});

it("a second worker of a turn sends what the first one had ready", async () => {
  await create();
  const turn = await ask();
  const question = { id: "q", title: "May I?", detail: "", fingerprint: "f" };
  turn.say({ type: "accepted" }, file("a.txt"), { type: "ask", ...question });
  await until(world, async () => (await world.status()) === "awaiting_input", 10);
  world.kill();
  await world.boot();
  await until(world, () => world.network.shown.length > 0, 10);
  await world.network.press("c1", /Allow/);
  await until(world, () => world.now().worker.turns.length === 1, 10);
  world.turn().finish("done");
  await until(world, () => seen().includes("[a.txt: text of a.txt]"), 10);
  expect(seen()).toContain("done");
});

it("a hard link is a file like any other", async () => {
  await create();
  touch("a.txt", "linked");
  linkSync(join(desk, "a.txt"), join(desk, "b.txt"));
  (await ask()).say({ type: "accepted" }, fileAt(join(desk, "b.txt")), DONE);
  await until(world, () => world.network.shown.length === 1, 10);
  expect(seen()).toEqual(["[b.txt: linked]"]);
});
