import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, expect, it } from "vitest";

import type { Engine } from "../../../sessions/engine.ts";
import type { ScriptedTurn } from "../../fakes/scripted-worker.ts";
import { createWorld } from "../world.ts";
import type { World, WorldOptions } from "../world.ts";
import { collectSpans, msOf, textOf } from "./spans.ts";
import type { Spans } from "./spans.ts";

let world: World;
let spans: Spans;

beforeEach(() => {
  spans = collectSpans();
});
afterEach(async () => {
  await world.close();
  await spans.close();
});

type Tracing = { readonly enabled: boolean; readonly sessions: "hashed" | "plain" };

async function create(
  tracing: Partial<Tracing> = {},
  options: Omit<WorldOptions, "settings"> = {},
): Promise<void> {
  const settings = () => ({ tracing: { enabled: true, sessions: "hashed" as const, ...tracing } });
  world = await createWorld({ ...options, settings });
  await world.boot({ recover: false });
}

/** A turn that its worker has taken after a second. */
async function begun(text = "hello", chat = "c1"): Promise<ScriptedTurn> {
  await world.network.say(chat, text);
  await world.clock.advance(1000);
  const turn = world.turn();
  turn.accept();
  await world.clock.advance(2000);
  return turn;
}

async function answered(text = "hello", chat = "c1"): Promise<void> {
  (await begun(text, chat)).finish(`answer to ${text}`);
  await world.clock.advance(100);
}

const contextOf = (span: ReadableSpan) => {
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
};
const linksOf = (span: ReadableSpan) =>
  span.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId }));
const lengthOf = ({ startTime, endTime }: ReadableSpan) => msOf(endTime) - msOf(startTime);

it("a turn is a span with its wait, its worker's start and its sends in it", async () => {
  await create();
  const at = world.clock.now();
  await answered();
  const turn = spans.one("sluice.turn");
  expect(turn.attributes).toEqual({
    "sluice.session": expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    "sluice.network": "fake",
    "sluice.account": "main",
    "sluice.turn": expect.stringMatching(/^trn_/) as string,
    "sluice.boot": world.now().core.boot,
    "sluice.worker": "demo",
    "sluice.attempt": 1,
    "sluice.origin": "message",
    "sluice.noted": false,
    "sluice.messages": 1,
    "sluice.outcome": "completed",
  });
  expect(msOf(turn.startTime)).toBe(at);
  expect(lengthOf(turn)).toBe(3000);
  expect(turn.parentSpanContext).toBeUndefined();
  expect(turn.instrumentationScope).toMatchObject({ name: "sluice", version: "test" });
  const within = ["sluice.queue", "sluice.worker.start", "sluice.send"].map((name) =>
    spans.one(name),
  );
  for (const span of within) {
    expect(span.parentSpanContext).toMatchObject(contextOf(turn));
    expect(span.spanContext().traceId).toBe(turn.spanContext().traceId);
  }
  expect(within.map(lengthOf)).toEqual([0, 1000, 0]);
  expect(within[2]?.attributes).toMatchObject({
    "sluice.outcome": "sent",
    "sluice.purpose": "reply",
    "sluice.edit": false,
  });
  expect(spans.all()).toHaveLength(4);
});

it("the time that a message waits in the queue is a span of its own", async () => {
  await create();
  const running = await begun("first");
  await world.network.say("c1", "second");
  await world.clock.advance(5000);
  running.finish("done");
  await world.clock.advance(100);
  world.turn().finish("done");
  await world.clock.advance(100);
  expect(spans.all("sluice.queue").map(lengthOf)).toEqual([0, 5000]);
  expect(spans.all("sluice.turn").map(lengthOf)).toEqual([8000 - 5000 + 5000, 5100]);
});

it("a turn that a restart cuts and the one that goes on with it are linked", async () => {
  await create();
  await begun("first");
  await world.end({ timeoutMs: 1000 });
  const cut = spans.one("sluice.turn");
  expect(cut.attributes).toMatchObject({
    "sluice.outcome": "interrupted",
    "sluice.interruption": "restart_timeout",
  });
  expect(spans.one("sluice.drain").attributes).toEqual({
    "sluice.then": "restart",
    "sluice.boot": cut.attributes["sluice.boot"],
    "sluice.phase": "drained",
    "sluice.timed_out": true,
    "sluice.cut": 1,
    "sluice.requeued": 0,
    "sluice.undelivered": 0,
  });
  await world.boot();
  await answered("second");
  const next = spans.one("sluice.turn", 1);
  expect(next.attributes).toMatchObject({ "sluice.noted": true, "sluice.outcome": "completed" });
  expect(next.attributes["sluice.session"]).toBe(cut.attributes["sluice.session"]);
  expect(next.attributes["sluice.boot"]).not.toBe(cut.attributes["sluice.boot"]);
  expect(linksOf(next)).toEqual([contextOf(cut)]);
});

it("what links to a turn is stored before the process goes, however slow the store is", async () => {
  const engine = (real: Engine): Engine => ({
    ...real,
    async commit(unit) {
      const isLink =
        unit.keyed?.some(({ space, key }) => space === "trace" && key !== "salt") ?? false;
      if (isLink) await new Promise((resolve) => setTimeout(resolve, 100));
      return real.commit(unit);
    },
  });
  await create({}, { engine });
  await begun("first");
  await world.end({ timeoutMs: 1000 });
  await world.boot();
  await answered("second");
  expect(linksOf(spans.one("sluice.turn", 1))).toEqual([contextOf(spans.one("sluice.turn"))]);
});

it("a turn whose process was killed is a span of the boot that found it, and the next one is linked to it", async () => {
  await create();
  const at = world.clock.now();
  await begun("first");
  world.kill();
  expect(spans.all("sluice.turn")).toEqual([]);
  await world.clock.advance(60_000);
  await world.boot();
  await world.clock.advance(100);
  expect(spans.one("sluice.recovery").attributes).toEqual({
    "sluice.boot": world.now().core.boot,
    "sluice.recovered": 1,
  });
  const dead = spans.one("sluice.turn");
  expect(dead.attributes).toMatchObject({
    "sluice.recovered": true,
    "sluice.outcome": "interrupted",
    "sluice.interruption": "crash",
  });
  expect(msOf(dead.startTime)).toBe(at);
  await answered("second");
  expect(linksOf(spans.one("sluice.turn", 1))).toEqual([contextOf(dead)]);
});

it("a turn that waits for a person through a restart goes on in a span that is linked", async () => {
  await create();
  const turn = await begun("delete it");
  turn.say({ type: "ask", id: "a", title: "rm", detail: "", fingerprint: "f" });
  await world.clock.advance(1000);
  await world.end();
  const left = spans.one("sluice.turn");
  expect(left.attributes["sluice.outcome"]).toBe("detached");
  expect(left.events.map(({ name }) => name)).toEqual(["request opened"]);
  await world.boot();
  await world.network.press("c1", /Allow/);
  await world.clock.advance(1000);
  world.turn().finish("gone");
  await world.clock.advance(100);
  const next = spans.one("sluice.turn", 1);
  expect(next.attributes["sluice.turn"]).toBe(left.attributes["sluice.turn"]);
  expect(next.attributes["sluice.outcome"]).toBe("completed");
  expect(linksOf(next)).toEqual([contextOf(left)]);
});

it("a worker that does not start is told of in its turn, with each try", async () => {
  await create();
  world.now().worker.refusals.push(new Error("no process"));
  await world.network.say("c1", "hello");
  await world.clock.advance(5000);
  world.turn().finish("after all");
  await world.clock.advance(100);
  const turn = spans.one("sluice.turn");
  expect(turn.attributes).toMatchObject({ "sluice.attempt": 2, "sluice.outcome": "completed" });
  const tries = spans.all("sluice.worker.start").map(({ attributes }) => attributes);
  expect(tries.map((one) => one["sluice.attempt"])).toEqual([1, 2]);
  expect(turn.events.map(({ name }) => name)).toEqual(["worker restarted"]);
});

it("a turn that failed, and a send that was refused, are errors, without their words", async () => {
  await create();
  const turn = await begun();
  world.network.answers.push({ outcome: "refused", reason: "kicked out by a secret person" });
  turn.say({ type: "failed", error: "a secret reason", canRetry: false });
  await world.clock.advance(100);
  const failed = spans.one("sluice.turn");
  expect(failed.attributes["sluice.outcome"]).toBe("failed");
  expect(failed.status).toEqual({ code: SpanStatusCode.ERROR });
  const send = spans.one("sluice.send");
  expect(send.attributes["sluice.outcome"]).toBe("refused");
  expect(send.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(textOf(spans.all())).not.toContain("secret");
});

it("[X05] no words, no ids of people and no names are in any span", async () => {
  await create({}, { network: { resume: "on_message" } });
  await world.network.say("chat-4711", "planted words");
  await world.clock.advance(1000);
  world.turn().finish("planted answer");
  await world.clock.advance(1000);
  await begun("planted half", "chat-4711");
  await world.end({ timeoutMs: 1000 });
  await world.boot();
  await answered("planted again", "chat-4711");
  const text = textOf(spans.all());
  for (const word of ["planted", "4711", "Ann", '"ann"', "in-1", "in-2"]) {
    expect(text).not.toContain(word);
  }
  expect(spans.all("sluice.turn").map((one) => one.attributes["sluice.outcome"])).toEqual([
    "completed",
    "interrupted",
    "completed",
  ]);
});

it("sessions can be named by their keys", async () => {
  await create({ sessions: "plain" });
  await answered();
  expect(spans.one("sluice.turn").attributes["sluice.session"]).toBe("fake:main:c1");
  expect(spans.one("sluice.send").attributes["sluice.session"]).toBe("fake:main:c1");
});

it("what is off makes no span and reads no library", async () => {
  await create({ enabled: false });
  await answered();
  expect(spans.all()).toEqual([]);
  expect(await world.now().core.engine.keyed("trace", "salt")).toBeNull();
});

it("without an SDK it says so once, and all else goes on", async () => {
  await spans.close();
  await create();
  await answered();
  expect(world.network.texts("c1")).toEqual(["answer to hello"]);
  const warnings = world.lines.filter(({ msg }) => String(msg).includes("OpenTelemetry"));
  expect(warnings).toHaveLength(1);
});

it("an exporter that throws harms no turn, and is told of once", async () => {
  await spans.close();
  const bad = (): never => {
    throw new Error("exporter is broken");
  };
  const nothing = () => Promise.resolve();
  spans = collectSpans([
    { onStart: () => undefined, onEnd: bad, forceFlush: nothing, shutdown: nothing },
  ]);
  await create();
  await answered("one");
  await answered("two");
  expect(world.network.texts("c1")).toEqual(["answer to one", "answer to two"]);
  const told = world.lines.filter(({ msg }) => msg === "tracing failed; told once");
  expect(told).toHaveLength(1);
});

it("a span that throws when it is linked to one of an earlier process harms nothing", async () => {
  await spans.close();
  const bad = (): never => {
    throw new Error("exporter is broken");
  };
  const nothing = () => Promise.resolve();
  const onStart: SpanProcessor["onStart"] = (span) => Object.assign(span, { addLink: bad });
  spans = collectSpans([
    { onStart, onEnd: () => undefined, forceFlush: nothing, shutdown: nothing },
  ]);
  await create();
  await begun("first");
  await world.end({ timeoutMs: 1000 });
  await world.boot();
  await answered("second");
  expect(world.network.texts("c1")).toContain("answer to second");
  const told = world.lines.filter(({ msg }) => msg === "tracing failed; told once");
  expect(told).toHaveLength(1);
});
