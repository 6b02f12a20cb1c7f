import { describe, expect, it } from "vitest";

import { startModelServer } from "../../fakes/model-server/model-server.ts";
import { createLedger, until } from "../ledger.ts";
import { answerIn, isTerminal, newConversation, play, turnOf, typesIn } from "../turns.ts";
import { workerContract } from "../contract.ts";
import { failureIn, hastyClock, openModelWorld, useModelWorld } from "./world.ts";

workerContract("the model worker", async () => {
  const world = await openModelWorld();
  return {
    worker: world.worker,
    ledger: createLedger(),
    say: {
      several: { text: "words of a person", answer: "You said: words of a person" },
      ask: null,
      endless: "stall a few words",
      die: null,
      recall: "[[recall]]",
    },
    close: () => world.server.stop(),
  };
});

describe("the model worker", () => {
  it("has no process and no marker", async () => {
    const world = await useModelWorld();
    const session = await world.open();
    expect(session.marker).toBeNull();
    await play(session, turnOf("slow 5 a b c"), () => {
      expect(world.worker.processes()).toEqual([]);
    });
  });

  it("the same conversation finds its session until that is closed", async () => {
    const { worker } = await useModelWorld();
    const conversation = newConversation();
    const { signal } = new AbortController();
    const first = await worker.open(conversation, signal);
    expect(await worker.open(conversation, signal)).toBe(first);
    await first.close(0);
    expect(await play(first, turnOf("x"))).toEqual([]);
    expect(await worker.open(conversation, signal)).not.toBe(first);
  });

  it("asks for the model with the key, as a stream, and tells what was used", async () => {
    const { open, server } = await useModelWorld({ temperature: 0.5 });
    server.queue({ text: ["a"], usage: { input: 12, output: 3 } });
    const events = await play(await open(), turnOf("x"));
    expect(events).toEqual([
      { type: "accepted" },
      { type: "delta", text: "a" },
      { type: "usage", inputTokens: 12, outputTokens: 3, cost: null },
      { type: "completed", reason: "end_turn" },
    ]);
    expect(server.requests[0]?.body).toMatchObject({
      model: "test-model",
      stream: true,
      temperature: 0.5,
    });
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer sk-planted-key");
  });

  it("sends no key where there is none", async () => {
    const { open, server } = await useModelWorld({ key: null, keyPlace: null });
    await play(await open(), turnOf("x"));
    expect(server.requests[0]?.headers["authorization"]).toBeUndefined();
  });

  it("thoughts are told apart from the answer", async () => {
    const { open } = await useModelWorld();
    const events = await play(await open(), turnOf("think deeply"));
    expect(events).toContainEqual({ type: "thought", text: "deeply" });
    expect(answerIn(events)).toBe("Thought.");
  });

  it.each([
    ["length one", "max_tokens"],
    ["empty", "end_turn"],
  ])("%s completes and says how", async (text, reason) => {
    const { open } = await useModelWorld();
    const events = await play(await open(), turnOf(text));
    expect(events.at(-1)).toEqual({ type: "completed", reason });
  });

  it("a tool that it was not given fails the turn with words, unless it has answered", async () => {
    const { open, server } = await useModelWorld();
    const tools = [{ name: "browse", input: {} }];
    server.queue({ tools }, { text: ["well"], tools });
    const session = await open();
    expect(failureIn(await play(session, turnOf("x")))).toContain("asked for a tool (browse)");
    expect((await play(session, turnOf("x"))).at(-1)?.type).toBe("completed");
  });

  it("an interrupt ends the request, between two words and before the first", async () => {
    const { open, server } = await useModelWorld();
    const session = await open();
    for (const text of ["slow 20 a b c d e f g h", "stall"]) {
      const events = await play(session, turnOf(text), (event) => {
        if (event.type !== "accepted" && event.type !== "delta") return;
        setTimeout(() => void session.interrupt(), 20);
      });
      expect(events.at(-1)).toEqual({ type: "cancelled" });
    }
    await until("both were left", () => server.requests.every(({ outcome }) => outcome === "left"));
  });

  it("an interrupt at the very end is the only end", async () => {
    const { open } = await useModelWorld();
    const session = await open();
    const events = await play(session, turnOf("x"), (event) => {
      if (event.type === "usage") void session.interrupt();
    });
    expect(events.filter(isTerminal)).toEqual([{ type: "cancelled" }]);
  });

  it("an interrupt while it waits for its next try ends the turn", async () => {
    const { open, server } = await useModelWorld();
    server.queue({ refuse: { status: 429, message: "wait", headers: { "retry-after": "50" } } });
    const session = await open();
    const turn = play(session, turnOf("x"));
    await until("it was refused", () => server.requests[0]?.outcome === "refused");
    await session.interrupt();
    expect((await turn).at(-1)).toEqual({ type: "cancelled" });
    expect(server.requests).toHaveLength(1);
  });

  it("who stops reading ends the request", async () => {
    const { open, server } = await useModelWorld();
    const session = await open();
    for await (const event of session.prompt(turnOf("stall a"))) {
      if (event.type === "delta") break;
    }
    await until("it was left", () => server.requests[0]?.outcome === "left");
    expect((await play(session, turnOf("x"))).at(-1)?.type).toBe("completed");
  });

  it("conversations are answered side by side", async () => {
    const { open } = await useModelWorld();
    const sessions = await Promise.all(Array.from({ length: 50 }, open));
    const answers = await Promise.all(
      sessions.map((session, at) => play(session, turnOf(`say number ${at}`))),
    );
    expect(answers.map(answerIn)).toEqual(sessions.map((_, at) => `number ${at}`));
  });
});

describe("the model worker's tries", () => {
  it.each([429, 500, 503, 408])("[W14] after %d it tries twice again", async (status) => {
    const clock = hastyClock();
    const { open, server, log } = await useModelWorld({ clock });
    server.queue({ refuse: { status, message: "a" } }, { refuse: { status, message: "b" } });
    const events = await play(await open(), turnOf("hello"));
    expect(answerIn(events)).toBe("You said: hello");
    expect(server.requests).toHaveLength(3);
    expect(clock.waits.filter((ms) => ms < 60_000)).toEqual([1000, 2000]);
    expect(log.lines).toHaveLength(2);
  });

  it("[W14] the third failure ends the turn and says what the endpoint said", async () => {
    const { open, server } = await useModelWorld({ clock: hastyClock() });
    const events = await play(await open(), turnOf("status 503 too busy"));
    expect(failureIn(events)).toContain("it failed (503: too busy)");
    expect(server.requests).toHaveLength(3);
    expect(typesIn(events)).toEqual(["accepted", "failed"]);
  });

  it.each([
    ["7", 7000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ])("[W14] retry-after %s is honoured", async (header, waitMs) => {
    const clock = hastyClock();
    const { open, server } = await useModelWorld({ clock });
    server.queue({ refuse: { status: 429, message: "a", headers: { "retry-after": header } } });
    await play(await open(), turnOf("hello"));
    expect(server.requests).toHaveLength(2);
    expect(clock.waits.filter((ms) => ms < 60_000)).toEqual([waitMs]);
  });

  it("[W14] a wait beyond a minute is told instead", async () => {
    const { open, server } = await useModelWorld({ clock: hastyClock() });
    server.queue({ refuse: { status: 429, message: "a", headers: { "retry-after": "3600" } } });
    expect(failureIn(await play(await open(), turnOf("hello")))).toContain("asked too much");
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [401, "the key was refused (401: no): check environment variable MODEL_API_KEY"],
    [403, "the key was refused (403: no): check environment variable MODEL_API_KEY"],
    [404, "nothing is there (404: no): check workers.gpt.model and workers.gpt.baseUrl"],
    [400, "it refused the request (400: no)"],
  ])("[W14] %d fails at once with advice", async (status, advice) => {
    const { open, server } = await useModelWorld();
    const events = await play(await open(), turnOf(`status ${status} no`));
    expect(failureIn(events)).toContain(advice);
    expect(server.requests).toHaveLength(1);
  });

  it("[W14] a model that is unknown, a missing key and a used-up account are told as such", async () => {
    const keyless = await useModelWorld({ key: null, keyPlace: null });
    expect(failureIn(await play(await keyless.open(), turnOf("status 401 no")))).toContain(
      "a key is wanted (401: no): name one under workers.gpt.key",
    );
    const { open, server } = await useModelWorld();
    const session = await open();
    const unknown = { status: 404, message: "The model `x` does not exist" };
    const used = { status: 429, message: "used up", code: "insufficient_quota" };
    server.queue({ refuse: unknown }, { refuse: used });
    expect(failureIn(await play(session, turnOf("x")))).toContain("it does not know the model");
    expect(failureIn(await play(session, turnOf("x")))).toContain("used up");
    expect(server.requests).toHaveLength(2);
  });

  it("[X05] the key is in no error, though the endpoint repeats it", async () => {
    const { open, log } = await useModelWorld({ clock: hastyClock() });
    const session = await open();
    const events = [
      ...(await play(session, turnOf("status 401 bad key sk-planted-key"))),
      ...(await play(session, turnOf("status 500 bad key sk-planted-key"))),
    ];
    expect(JSON.stringify([events, log.lines])).not.toContain("sk-planted-key");
  });

  it("[W14] silence before the first byte is cut and tried again", async () => {
    const clock = hastyClock({ upTo: 60_000, inMs: 200 });
    const { open, server } = await useModelWorld({ clock });
    const events = await play(await open(), turnOf("stall"));
    expect(failureIn(events)).toContain("did not begin to answer within 60 s");
    expect(server.requests).toHaveLength(3);
    await until("all were left", () => server.requests.every(({ outcome }) => outcome === "left"));
  });

  it("[W14] a stall in the middle fails, keeps what was said and does not try again", async () => {
    const clock = hastyClock({ upTo: 60_000, inMs: 300 });
    const { open, server } = await useModelWorld({ clock, chunkMs: 50_000 });
    const events = await play(await open(), turnOf("stall one two"));
    expect(answerIn(events)).toBe("one two");
    expect(failureIn(events)).toContain("fell silent within its answer for 50 s");
    expect(events.at(-1)).toMatchObject({ canRetry: false });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ["drop one two", "the connection broke"],
    ["close one two", "ended without a finish reason"],
    ["garbage one two", "JSON"],
  ])("[W14] %s fails, keeps what was said and does not try again", async (text, found) => {
    const { open, server } = await useModelWorld();
    const events = await play(await open(), turnOf(text));
    expect(answerIn(events)).toBe("one two");
    expect(failureIn(events)).toContain(found);
    expect(events.filter(isTerminal)).toHaveLength(1);
    expect(server.requests).toHaveLength(1);
  });

  it("[W14] an error within the stream is told; before the first word it is tried again", async () => {
    const { open, server } = await useModelWorld({ clock: hastyClock() });
    const late = { text: ["a", "b"], fault: { does: "error", at: 1, message: "overloaded" } };
    const early = { fault: { does: "error", message: "overloaded" } };
    server.queue(late as never, early as never);
    const session = await open();
    const events = await play(session, turnOf("x"));
    expect(answerIn(events)).toBe("a");
    expect(failureIn(events)).toContain("overloaded");
    expect(answerIn(await play(session, turnOf("y")))).toBe("You said: y");
    expect(server.requests).toHaveLength(3);
  });

  it("a dropped connection before the first byte is tried again", async () => {
    const { open, server } = await useModelWorld({ clock: hastyClock() });
    server.queue({ fault: { does: "drop" } });
    expect(answerIn(await play(await open(), turnOf("y")))).toBe("You said: y");
  });

  it("comments that keep the connection are no silence", async () => {
    const { open } = await useModelWorld({ firstByteMs: 1000, chunkMs: 300, retries: 0 });
    const session = await open();
    const turn = play(session, turnOf("comments"));
    await new Promise((over) => setTimeout(over, 1500));
    await session.interrupt();
    expect((await turn).at(-1)).toEqual({ type: "cancelled" });
  });

  it("the time in which nobody reads is no silence", async () => {
    const { open } = await useModelWorld({ firstByteMs: 5000, chunkMs: 300 });
    const session = await open();
    // So many that they do not all fit in between.
    const answer = "word ".repeat(300);
    const events = [];
    for await (const event of session.prompt(turnOf(`slow 1 ${answer}`))) {
      events.push(event);
      if (events.length === 2) await new Promise((over) => setTimeout(over, 900));
    }
    expect(answerIn(events)).toBe(answer);
    expect(events.at(-1)?.type).toBe("completed");
  });

  it("an endpoint that is down, unknown, or a page is told with its address", async () => {
    const clock = hastyClock();
    const gone = await startModelServer();
    const nobody = gone.origin;
    await gone.stop();
    const down = await useModelWorld({ clock, baseUrl: `${nobody}/v1` });
    expect(failureIn(await play(await down.open(), turnOf("x")))).toBe(
      `Cannot get an answer from test-model at ${nobody}/v1: nothing listens there: start it, or check workers.gpt.baseUrl`,
    );
    const unknown = await useModelWorld({ clock, baseUrl: "http://no-such-host.invalid/v1" });
    expect(failureIn(await play(await unknown.open(), turnOf("x")))).toContain("no such host");
    const { open, server } = await useModelWorld({ clock });
    server.queue({ fault: { does: "page" } });
    expect(failureIn(await play(await open(), turnOf("x")))).toContain(
      "it answered with text/html, not with a stream of events: check workers.gpt.baseUrl",
    );
    expect(server.requests).toHaveLength(1);
  });
});
