import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";

import { afterEach, beforeEach, expect, it } from "vitest";

import { createArchive } from "../../gateway/archive/archive.ts";
import type { Archive } from "../../gateway/archive/archive.ts";
import { keyPlace } from "../../gateway/archive/places.ts";
import type { Configuration } from "../../gateway/config/configuration.ts";
import type { Step } from "../../gateway/probe.ts";
import { createDesk } from "../../gateway/dispatch.ts";
import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import type { Session } from "../../sessions/machine/state.ts";
import type { ScriptedTurn } from "../fakes/scripted-worker.ts";
import { until } from "./until.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;

let world: World;
/** What happens at a step of the archive. */
let steps: Partial<Record<Step, () => void>>;
/** What happens once a conversation was read, before it is written. */
let meanwhile: () => Promise<unknown>;

beforeEach(async () => {
  steps = {};
  meanwhile = async () => undefined;
  world = await createWorld({
    settings: (defaults) => ({ retention: { ...defaults.retention, transcriptsMs: MONTH } }),
    probe: (step) => steps[step]?.(),
    engine: (real) => ({
      ...real,
      entries: async (session, query) => {
        const page = await real.entries(session, query);
        await meanwhile();
        return page;
      },
    }),
  });
  await world.boot();
});

afterEach(() => world.close());

async function exchange(chat: string, text: string): Promise<SessionId> {
  const before = world.now().worker.turns.length;
  await world.network.say(chat, text);
  await until(world, () => world.now().worker.turns.length > before);
  world.turn().finish(`answer to ${text}`);
  await until(world, async () => (await world.status(chat)) === "idle", 1);
  return (await world.session(chat)).id;
}

/** As a reload does. */
function keep(changed: Partial<Configuration["retention"]>): void {
  const { settings } = world.now().core;
  Object.assign(settings, { retention: { ...settings.retention, ...changed } });
}

/** An archive beside the gateway's own, which sleeps as long as the clock is not moved. */
function archive(): Archive {
  const { core } = world.now();
  return createArchive(core, createDesk(core));
}

async function sweep(one = archive()): Promise<Archive> {
  await one.sweep(new AbortController().signal);
  return one;
}

const place = (chat = "c1"): string => keyPlace(world.now().core, world.key(chat));
const names = (chat = "c1"): readonly string[] =>
  existsSync(place(chat)) ? readdirSync(place(chat)).toSorted() : [];

function archived(chat = "c1"): readonly { session: string; text: string }[] {
  return names(chat)
    .filter((name) => name.endsWith(".jsonl.gz"))
    .flatMap((name) =>
      gunzipSync(readFileSync(join(place(chat), name)))
        .toString()
        .trimEnd()
        .split("\n"),
    )
    .map((line) => JSON.parse(line) as { key: string; session: string; body: { text: string } })
    .map(({ session, body }) => ({ session, text: body.text }));
}

const stored = (session: SessionId) => world.now().core.engine.transcript(session, 99);

it("a conversation that nobody went on with is archived as lines, removed, and the next message begins anew", async () => {
  const old = await exchange("c1", "one");
  world.clock.jump(MONTH - DAY);
  const young = await exchange("c2", "two");
  world.clock.jump(DAY + 1000);
  const swept = await sweep();
  expect(archived()).toEqual([
    { session: old, text: "one" },
    { session: old, text: "answer to one" },
  ]);
  expect(names()).toEqual([expect.stringMatching(/^2026-01-01T00-00-\d\dZ_ses_\w+\.jsonl\.gz$/)]);
  expect(statSync(join(place(), names()[0] ?? "")).mode & 0o777).toBe(0o600);
  expect(statSync(place()).mode & 0o777).toBe(0o700);
  expect(await stored(old)).toEqual([]);
  expect(await stored(young)).toHaveLength(2);
  expect(names("c2")).toEqual([]);
  expect(swept.report()).toMatchObject({ conversations: 1, archived: 1, dropped: 0, removed: 0 });
  expect(world.lines).toContainEqual(
    expect.objectContaining({ msg: "old conversations left the store", archived: 1 }),
  );

  const fresh = await exchange("c1", "again");
  expect(fresh).not.toBe(old);
  expect(world.turn().given.transcript).toEqual([]);
});

it("what is archived once is not archived twice, and where nothing was said nothing is", async () => {
  await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  await sweep();
  const before = world.units.length;
  world.clock.jump(3 * MONTH);
  const swept = await sweep();
  expect(swept.report()).toMatchObject({ conversations: 1, archived: 0 });
  expect(world.units.slice(before)).toEqual([]);
});

it("without an age every conversation stays for ever", async () => {
  keep({ transcriptsMs: null });
  const old = await exchange("c1", "one");
  world.clock.jump(120 * MONTH);
  await sweep();
  expect(await stored(old)).toHaveLength(2);
  expect(existsSync(place())).toBe(false);
});

it("a conversation that was left by /new goes by its own age, the present one stays", async () => {
  const old = await exchange("c1", "one");
  await world.network.say("c1", "/new");
  await until(world, async () => (await world.session()).past.length === 1);
  world.clock.jump(MONTH - DAY);
  const present = await exchange("c1", "two");
  await sweep();
  expect(names()).toEqual([]);
  world.clock.jump(DAY + 1000);
  await sweep();
  expect(archived().map(({ session }) => session)).toEqual([old, old]);
  expect(await world.session("c1")).toMatchObject({ id: present, past: [] });
  expect(await stored(present)).toHaveLength(2);
});

it("what a session no longer remembers as its past goes as well", async () => {
  const old = await exchange("c1", "one");
  await world.network.say("c1", "/new");
  await world.network.say("c1", "two");
  await until(world, () => world.now().worker.turns.length > 1);
  world.turn().finish("two");
  await until(world, async () => (await world.status()) === "idle", 1);
  const session = await world.session("c1");
  const { engine } = world.now().core;
  await engine.commit({ session: { ...session, past: [], revision: session.revision + 1 } });
  world.clock.jump(MONTH - DAY);
  await exchange("c1", "three");
  world.clock.jump(DAY + 5000);
  await sweep();
  expect(archived().map(({ session: id }) => id)).toEqual([old, old]);
  expect(await stored(old)).toEqual([]);
});

/** A turn in a conversation that has one behind it. */
async function begun(chat: string): Promise<ScriptedTurn> {
  await exchange(chat, "before");
  const before = world.now().worker.turns.length;
  await world.network.say(chat, chat);
  await until(world, () => world.now().worker.turns.length > before);
  const turn = world.turn();
  turn.accept();
  return turn;
}

it("a turn that runs, a question that is open, and a mark keep their conversations, however old; a suspension does not", async () => {
  keep({ transcriptsMs: null });
  await begun("running");
  (await begun("asking")).say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  (await begun("marked")).die();
  await until(world, async () => (await world.status("asking")) === "awaiting_input", 1);
  await until(world, async () => (await world.status("marked")) === "resume_pending", 1);
  const suspended = await exchange("suspended", "before");
  const session = await world.session("suspended");
  const { engine } = world.now().core;
  const cut = { interruption: "crash", turn: session.last?.turn, since: 1 };
  const mark = { kind: "suspended", ...cut } as Session["mark"];
  await engine.commit({ session: { ...session, mark, revision: session.revision + 1 } });
  world.clock.jump(12 * MONTH);
  keep({ transcriptsMs: MONTH });
  let written = 0;
  steps.conversation_written = () => (written += 1);
  await sweep();
  expect(written).toBe(1);
  for (const chat of ["running", "asking", "marked"]) {
    const { id } = await world.session(chat);
    expect((await stored(id)).length, chat).toBeGreaterThan(2);
    expect(names(chat), chat).toEqual([]);
  }
  expect(archived("suspended").map(({ session: id }) => id)).toEqual([suspended, suspended]);
  expect(await world.status("suspended")).toBe("idle");
});

it("a message that comes while its conversation is archived goes on with it, and nothing of it leaves the store", async () => {
  const old = await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  const said = Promise.withResolvers<void>();
  steps.conversation_written = () => {
    expect(names()).toHaveLength(1);
    void world.network.say("c1", "two").then(() => said.resolve());
  };
  const swept = await sweep();
  await said.promise;
  await until(world, () => world.now().worker.turns.length > 1);
  world.turn().finish("answer to two");
  await until(world, async () => (await world.status()) === "idle", 1);
  expect(await world.session()).toMatchObject({ id: old, turns: 2 });
  expect(await stored(old)).toHaveLength(4);
  expect(names()).toEqual([]);
  expect(swept.report()).toMatchObject({ archived: 0, conversations: 0 });
});

it("a whole turn that comes and ends while its conversation is archived keeps it, too", async () => {
  const old = await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  meanwhile = async () => {
    meanwhile = async () => undefined;
    await exchange("c1", "two");
  };
  await sweep();
  expect((await world.session()).id).toBe(old);
  expect(await stored(old)).toHaveLength(4);
  expect(names()).toEqual([]);
});

it("a message that waits keeps its conversation", async () => {
  const old = await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  const { engine } = world.now().core;
  const [item] = (await engine.papers((await world.session()).last?.turn ?? never())).items;
  await engine.commit({
    inbox: [
      {
        id: item?.id ?? never(),
        from: "done",
        to: "queued",
        turn: null,
        attempts: 0,
        reason: null,
      },
    ],
  });
  await sweep();
  expect(await stored(old)).toHaveLength(2);
  expect(names()).toEqual([]);
});

it.each(["conversation_written", "conversation_archived"] as const)(
  "a kill after %s neither loses a conversation nor archives it twice",
  async (step) => {
    const old = await exchange("c1", "one");
    world.clock.jump(MONTH + 1000);
    let isKilled = false;
    steps[step] = () => {
      isKilled = true;
      world.kill();
    };
    const { core } = world.now();
    void createArchive(core, createDesk(core)).sweep(new AbortController().signal);
    await until(world, () => isKilled);
    steps = {};
    await world.boot();
    expect(archived()).toHaveLength(2);
    const exported = await world.now().gateway.operations.exportSession(world.key());
    const inStore = step === "conversation_written";
    expect(exported?.conversations).toHaveLength(inStore ? 1 : 0);
    expect(exported?.archived).toHaveLength(inStore ? 0 : 1);
    await sweep();
    expect(names()).toHaveLength(1);
    expect(archived().map(({ text }) => text)).toEqual(["one", "answer to one"]);
    expect(await stored(old)).toEqual([]);
  },
);

it("one that went on after such a kill has one archive in the end, with all of it", async () => {
  const old = await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  let isKilled = false;
  steps.conversation_written = () => {
    isKilled = true;
    world.kill();
  };
  const { core } = world.now();
  void createArchive(core, createDesk(core)).sweep(new AbortController().signal);
  await until(world, () => isKilled);
  steps = {};
  await world.boot();
  keep({ transcriptsMs: null });
  await exchange("c1", "two");
  expect(names()).toHaveLength(1);
  world.clock.jump(MONTH + 1000);
  keep({ transcriptsMs: MONTH });
  await sweep();
  expect(names()).toHaveLength(1);
  expect(archived().map(({ text }) => text)).toEqual([
    "one",
    "answer to one",
    "two",
    "answer to two",
  ]);
  expect(await stored(old)).toEqual([]);
});

it("a disk that takes no archive keeps everything in the store, and is told of", async () => {
  const old = await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  const { stateDir } = world.now().core.settings;
  writeFileSync(join(stateDir, "archive"), "in the way");
  await expect(sweep()).rejects.toThrow(/archive/);
  expect(await stored(old)).toHaveLength(2);
  expect((await world.session()).id).toBe(old);
});

it("a conversation that cannot be archived stays and is told of, and holds up neither the others nor what leaves the archive", async () => {
  keep({ archiveMs: 2 * MONTH });
  await exchange("c3", "three");
  world.clock.jump(MONTH + 1000);
  const one = await sweep();
  const stuck = await exchange("c1", "one");
  await exchange("c2", "two");
  world.clock.jump(MONTH + 1000);
  writeFileSync(place("c1"), "in the way");
  await expect(sweep(one)).rejects.toThrow(/c1/);
  expect(await stored(stuck)).toHaveLength(2);
  expect(archived("c2")).toHaveLength(2);
  expect(names("c3")).toEqual([]);
  expect(one.report()).toMatchObject({ conversations: 1, archived: 2, removed: 1 });
});

it("a long conversation with a damaged entry stays whole in the store, and is told of", async () => {
  const old = await exchange("c1", "one");
  await exchange("c2", "two");
  const { engine } = world.now().core;
  const [first] = await engine.transcript(old, 1);
  if (first === undefined) throw new Error("nothing was said");
  await engine.commit({
    transcript: Array.from({ length: 150 }, (_, n) => ({
      op: "put",
      entry: { ...first, id: `${first.turn}:more-${n}` },
    })),
  });
  const other = new DatabaseSync(world.file);
  other.exec("UPDATE transcript SET body = '{' WHERE id LIKE '%:more-7'");
  other.close();
  world.clock.jump(MONTH + 1000);
  await expect(sweep()).rejects.toMatchObject({ code: "store_corrupt" });
  expect(await stored(old)).toHaveLength(99);
  expect((await world.session("c1")).id).toBe(old);
  expect(names("c1")).toEqual([]);
  expect(archived("c2")).toHaveLength(2);
});

it("a file in the archive whose name nobody can read is left alone", async () => {
  await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  mkdirSync(place(), { recursive: true });
  writeFileSync(join(place(), "2026-01-01T00-00-00Z_%.jsonl.gz"), "of an operator");
  const swept = await sweep();
  expect(swept.report()).toMatchObject({ conversations: 1, archived: 1 });
  expect(names()).toHaveLength(2);
});

it("a session that is forgotten while an old conversation of it is archived is in no archive", async () => {
  await exchange("c1", "one");
  await world.network.say("c1", "/new");
  await exchange("c1", "two");
  const session = await world.session("c1");
  const { engine } = world.now().core;
  await engine.commit({ session: { ...session, past: [], revision: session.revision + 1 } });
  world.clock.jump(MONTH + 1000);
  // What is archived of it was removed just before this one came to its place.
  meanwhile = () => engine.forget(world.key("c1"));
  await sweep();
  expect(names()).toEqual([]);
});

it("what a kill left in the archive of a session that was being forgotten is forgotten by doing it again", async () => {
  await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  await sweep();
  const { core, gateway } = world.now();
  await core.engine.forget(world.key("c1"));
  expect(await gateway.operations.forget(world.key("c1"))).toBe(true);
  expect(existsSync(place("c1"))).toBe(false);
  expect(await gateway.operations.forget(world.key("c1"))).toBe(false);
});

it("what is too old for the archive leaves it, and with an age of 0 nothing comes there", async () => {
  keep({ archiveMs: 2 * MONTH });
  await exchange("c1", "one");
  world.clock.jump(MONTH + 1000);
  const one = await sweep();
  expect(one.report()).toMatchObject({ conversations: 1, archived: 1, removed: 0 });
  writeFileSync(join(place(), "half.jsonl.gz.part"), "of a kill");
  writeFileSync(join(place(), "notes of an operator"), "stay");
  world.clock.jump(MONTH);
  await sweep(one);
  expect(one.report()).toMatchObject({ conversations: 0, bytes: 0, archived: 1, removed: 1 });
  expect(names()).toEqual(["notes of an operator"]);

  const old = await exchange("c2", "two");
  keep({ archiveMs: 0 });
  world.clock.jump(MONTH + 1000);
  await sweep(one);
  expect(one.report()).toMatchObject({ archived: 2, dropped: 1 });
  expect(names("c2")).toEqual([]);
  expect(await stored(old)).toEqual([]);
});

it("the folder of a session goes with its last conversation", async () => {
  keep({ archiveMs: 2 * MONTH });
  await exchange("c1", "one");
  await exchange("c2", "two");
  world.clock.jump(MONTH + 1000);
  await sweep();
  writeFileSync(join(place("c2"), "notes of an operator"), "stay");
  world.clock.jump(MONTH);
  await sweep();
  expect(existsSync(place("c1"))).toBe(false);
  expect(names("c2")).toEqual(["notes of an operator"]);
});

it("forgetting a session removes what is archived of it, and nothing of another", async () => {
  await exchange("c1", "one");
  await exchange("c2", "two");
  world.clock.jump(MONTH + 1000);
  await sweep();
  expect(await world.now().gateway.operations.forget(world.key("c1"))).toBe(true);
  expect(existsSync(place("c1"))).toBe(false);
  expect(archived("c2")).toHaveLength(2);
});

it("keys of any length and letters have a place each, inside of the archive", async () => {
  const { core } = world.now();
  const keys = [
    "../../etc",
    "a/b",
    `${"x".repeat(400)}1`,
    `${"x".repeat(400)}2`,
    "\u{1F600}".repeat(90),
  ];
  const places = keys.map((chat) => keyPlace(core, `fake:main:${chat}` as SessionKey));
  expect(new Set(places).size).toBe(keys.length);
  for (const one of places) {
    expect(dirname(one)).toBe(join(core.settings.stateDir, "archive"));
    mkdirSync(one, { recursive: true });
  }
});

it("a sweep that is stopped ends at once, and goes on the next time", async () => {
  await exchange("c1", "one");
  await exchange("c2", "two");
  world.clock.jump(MONTH + 1000);
  const over = new AbortController();
  steps.conversation_archived = () => over.abort();
  await archive().sweep(over.signal);
  expect([...names("c1"), ...names("c2")]).toHaveLength(1);
  steps = {};
  await sweep();
  expect([...names("c1"), ...names("c2")]).toHaveLength(2);
});

it("the gateway itself archives soon after its start, and says so in its status and figures", async () => {
  await exchange("c1", "one");
  await world.end();
  world.clock.jump(MONTH + 1000);
  await world.boot();
  const { operations } = world.now().gateway;
  await until(world, async () => (await operations.status()).archive.archived === 1, 100);
  await until(world, async () => (await operations.status()).archive.conversations === 1);
  const figures = await operations.metrics();
  expect(figures).toContain("sluice_conversations_archived_total 1");
  expect(figures).toContain("sluice_archive_conversations 1");
  // Counters count on from one reading to the next.
  expect(await operations.metrics()).toContain("sluice_conversations_archived_total 1");
});

function never(): never {
  throw new Error("there is none");
}
