import { afterEach, expect, it } from "vitest";

import type { WorkerEvent } from "../../../workers/worker.ts";
import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";

let world: World;
afterEach(() => world.close());

const ask = { type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" } as const;
const call = (name: string): WorkerEvent => ({
  type: "tool_started",
  call: name,
  name,
  input: "x",
});

/** A turn runs in c1, and its worker has said this. */
async function running(said: readonly WorkerEvent[], options: WorldOptions = {}): Promise<void> {
  world = await createWorld(options);
  await world.boot();
  await message("begin");
  world.turn().say({ type: "accepted" }, ...said);
  await world.clock.advance(2000);
}

async function message(text: string): Promise<void> {
  await world.network.say("c1", text);
  await world.clock.advance(100);
}

async function crash(): Promise<void> {
  world.kill();
  await world.boot();
  await world.clock.advance(100);
}

const notesGiven = (): (string | null)[] =>
  world.now().worker.turns.map(({ given }) => given.note?.cause ?? null);

it("[R01] after a cut the next message continues the same session with its transcript", async () => {
  await running([{ type: "delta", text: "Half" }]);
  const { id } = await world.session();
  await crash();
  await message("and?");
  expect((await world.session()).id).toBe(id);
  expect(world.turn().conversation.session).toBe(id);
  expect(world.turn().given.transcript.map(({ body }) => body)).toMatchObject([
    { kind: "user", text: "begin" },
    { kind: "assistant", text: "Half", partial: true },
  ]);
});

it.each([
  ["restart", "restart", /was restarted/],
  ["stop", "shutdown", /was shut down/],
  ["kill", "crash", /crashed or was killed/],
] as const)("[R02] the note after a %s names %s as the cause", async (how, cause, words) => {
  await running([{ type: "delta", text: "Half" }]);
  if (how === "kill") world.kill();
  else await world.end({ then: how, timeoutMs: 1000 });
  await world.boot();
  await message("and?");
  expect(world.turn().given.note?.cause).toBe(cause);
  expect(world.turn().given.note?.text).toMatch(words);
});

it("[R02] [R05] [R15] the note says what had finished, what is in doubt, and that neither is repeated", async () => {
  await running([
    call("read"),
    { type: "tool_ended", call: "read", state: "done", result: "42 lines" },
    call("deploy"),
  ]);
  await crash();
  await message("and?");
  const { note, messages, transcript } = world.turn().given;
  expect(note?.text.split("\n")).toEqual([
    "[restart note] Your last turn in this conversation was cut short: the gateway crashed or was killed while you worked.",
    "You had not said anything yet.",
    "Finished, do not repeat:",
    "- read(x) → 42 lines",
    "Interrupted, outcome unknown: check before you repeat:",
    "- deploy(x)",
    "Do not repeat any tool call recorded above or in the transcript, nor any restart command in it.",
    "Answer the new message first; then continue what was cut if it still matters.",
  ]);
  expect(messages.map(({ text }) => text)).toEqual(["and?"]);
  const tools = transcript.flatMap(({ body }) => (body.kind === "tool" ? [body] : []));
  expect(tools).toMatchObject([
    { name: "read", state: "done", result: "42 lines" },
    { name: "deploy", state: "unknown", result: "interrupted, outcome unknown" },
  ]);
});

it("[R05] the restart command that a person typed is in nothing that a worker is given", async () => {
  await running([], { network: { operators: ["ann"] } });
  await message("/restart");
  await world.end({ timeoutMs: 500 });
  await world.boot();
  await message("and?");
  expect(notesGiven()).toEqual(["restart"]);
  const { transcript, messages } = world.turn().given;
  expect(JSON.stringify([transcript, messages])).not.toContain("/restart");
});

it("[R05] the worker that asked for the restart is told that it is done, and not to ask again", async () => {
  await running([call("sluice restart")], { worker: { marker: "m1" } });
  await world.end({ worker: "m1" });
  await world.boot();
  await message("and?");
  const text = world.turn().given.note?.text;
  expect(text).toContain("The restart you asked for is done.");
  expect(text).toContain("- sluice restart(x)");
  expect(text).toContain("nor any restart command");
});

it("[R03] two cuts in a row give one note, about both", async () => {
  await running([call("read")]);
  await crash();
  await message("two");
  world.turn().say({ type: "accepted" }, call("write"));
  await world.clock.advance(10);
  await crash();
  await message("three");
  const { given } = world.turn();
  // The note of the turn between is not given beside it.
  expect(JSON.stringify(given).match(/\[restart note\]/g)).toHaveLength(1);
  expect(given.note?.text).toContain("- read(x)\n- write(x)");
  world.turn().finish("all");
  await world.clock.advance(100);
  await message("four");
  expect(notesGiven()).toEqual(["crash", null]);
});

it("[R03] a detached request and a cut give one note", async () => {
  await running([{ type: "delta", text: "Half" }]);
  await crash();
  await message("two");
  world.turn().say({ type: "accepted" }, ask);
  await world.clock.advance(100);
  await crash();
  await world.network.press("c1", /Allow/);
  await world.clock.advance(100);
  const { note, grants } = world.turn().given;
  expect(grants).toHaveLength(1);
  expect(note?.text.match(/\[restart note\]/g)).toHaveLength(1);
});

it("[R04] the mark goes in the write that ends the turn that carried the note, with its answer", async () => {
  await running([{ type: "delta", text: "Half" }]);
  await crash();
  await message("two");
  world.units.splice(0);
  world.turn().finish("whole");
  await world.clock.advance(100);
  const clearing = world.units.filter((unit) =>
    unit.events?.some(({ event }) => event.type === "mark_cleared"),
  );
  expect(clearing).toHaveLength(1);
  expect(clearing[0]).toMatchObject({
    session: { mark: null, turn: null },
    turn: { phase: "ended", outcome: "completed" },
    outbox: [{ message: { text: "whole" } }],
  });
});

it.each([
  ["fails", [{ type: "failed", error: "no", canRetry: false }]],
  ["is cancelled", [{ type: "cancelled" }]],
  ["is cut", []],
] as const)("[R04] a turn that %s keeps the mark, and the next one is noted", async (_, said) => {
  await running([]);
  await crash();
  await message("two");
  world.turn().say({ type: "accepted" }, { type: "delta", text: "Ha" }, ...said);
  await world.clock.advance(1000);
  if (said.length === 0) await crash();
  expect(await world.status()).toBe("resume_pending");
  await message("three");
  expect(notesGiven().at(-1)).toBe("crash");
});

it("[R07] a turn of an unmarked session has no note, and its text is what the person wrote", async () => {
  await running([
    { type: "delta", text: "whole" },
    { type: "completed", reason: "end_turn" },
  ]);
  await crash();
  await message("  two\n```x```  ");
  const { note, messages } = world.turn().given;
  expect(note).toBeNull();
  expect(messages.map(({ text }) => text)).toEqual(["  two\n```x```  "]);
});

it("[R16] a partial answer stays partial, for people and for the worker", async () => {
  await running([{ type: "delta", text: "The answer is" }]);
  await crash();
  expect(world.network.texts("c1")).toEqual([
    "The answer is\n\n⏸ Cut short by a crash. Write anything and I continue from here.",
  ]);
  await message("and?");
  const said = world
    .turn()
    .given.transcript.flatMap(({ body }) => (body.kind === "assistant" ? [body] : []));
  expect(said).toMatchObject([{ text: "The answer is", partial: true }]);
  expect(world.turn().given.note?.text).toContain("is incomplete");
  world.turn().finish("42");
  await world.clock.advance(1000);
  await message("more");
  const after = world
    .turn()
    .given.transcript.flatMap(({ body }) => (body.kind === "assistant" ? [body] : []));
  expect(after).toMatchObject([{ partial: true }, { text: "42", partial: false }]);
});

it("[R02] the note tells of what was cut, not of turns that were answered before", async () => {
  await running([
    call("read"),
    { type: "tool_ended", call: "read", state: "done", result: "42 lines" },
    { type: "delta", text: "It has 42 lines." },
    { type: "completed", reason: "end_turn" },
  ]);
  await message("deploy it");
  world.turn().say({ type: "accepted" }, call("deploy"));
  await world.clock.advance(100);
  await crash();
  await message("and?");
  const text = world.turn().given.note?.text ?? "";
  expect(text).toContain("deploy(x)");
  expect(text).not.toContain("read(x)");
});

it("[N05] a cut behind which a message waits says that it goes on, not that anybody must write", async () => {
  await running([{ type: "delta", text: "Half" }]);
  await message("and this");
  await crash();
  expect(world.network.texts("c1")[0]).toMatch(/I continue with the message that waits/);
  expect(notesGiven()).toEqual(["crash"]);
});
