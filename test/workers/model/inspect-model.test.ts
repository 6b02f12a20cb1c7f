import { describe, expect, it, onTestFinished } from "vitest";

import { inspectModel, type ModelInspection } from "../../../workers/model/inspect-model.ts";
import { startModelServer, type ModelServer } from "../../fakes/model-server/model-server.ts";
import { realClock, until } from "../ledger.ts";

const KEY = "sk-planted-key";

async function serve(models?: readonly string[]): Promise<ModelServer> {
  const server = await startModelServer({ key: KEY, ...(models && { models }) });
  onTestFinished(() => server.stop());
  return server;
}

async function ask(
  baseUrl: string,
  { model = "test-model", key = KEY }: { model?: string; key?: string | null } = {},
): Promise<ModelInspection> {
  const found = await inspectModel({ baseUrl, model, key }, realClock);
  expect(JSON.stringify(found)).not.toContain(KEY);
  return found;
}

describe("a model that is set up", () => {
  it("answers, and is not listened to for longer than its first word", async () => {
    const server = await serve();
    server.queue({ text: Array.from({ length: 1000 }, () => "word "), chunkMs: 20 });
    expect(await ask(server.url)).toEqual({ outcome: "answers" });
    await until("it was left", () => server.requests[0]?.outcome === "left");
  });

  it.each([
    [{ key: "sk-other" }, "key", /the key was refused \(401.*copy the key again/],
    [{ key: null }, "key", /a key is wanted \(401.*give it the key/],
    [
      { model: "nobody" },
      "model",
      /does not know the model \(404.*`nobody`.*as the endpoint lists it/,
    ],
  ] as const)("with %j fails, says what it is about, and what to do", async (how, fault, words) => {
    const server = await serve(["test-model"]);
    const found = await ask(server.url, how);
    expect(found).toMatchObject({ outcome: "fails", fault });
    expect(found.outcome === "fails" ? `${found.found}: ${found.advice}` : "").toMatch(words);
  });

  it("whose name is refused as a bad request is not known either", async () => {
    const server = await serve();
    server.queue({ refuse: { status: 400, message: "x is not a valid model ID" } });
    expect(await ask(server.url)).toMatchObject({ outcome: "fails", fault: "model" });
  });

  it("where nothing listens, where a page is, and at half an address: the address is told", async () => {
    const server = await serve();
    server.queue({ fault: { does: "page" } });
    expect(await ask(server.url)).toMatchObject({
      fault: "address",
    });
    expect(await ask(`${server.origin}/half`)).toMatchObject({ fault: "address" });
    const gone = await serve();
    await gone.stop();
    expect(await ask(gone.url)).toMatchObject({
      fault: "address",
      found: "nothing listens there",
    });
  });

  it("that fails is told as passing", async () => {
    const server = await serve();
    server.queue({ refuse: { status: 503, message: "overloaded" } });
    expect(await ask(server.url)).toMatchObject({
      fault: "passing",
      advice: "try again in a moment",
    });
  });
});
