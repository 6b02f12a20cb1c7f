import { describe, expect, it, onTestFinished, vi } from "vitest";

import type { WebhookCall } from "../../adapters/webhook-door.ts";
import { createWebhookDoor } from "../../gateway/webhook-door.ts";
import type { ListeningDoor } from "../../gateway/webhook-door.ts";

function setUp(port = 0) {
  const lines: string[] = [];
  const note = (fields: object, text?: string): void =>
    void lines.push(`${text} ${JSON.stringify(fields)}`);
  const door = createWebhookDoor({ host: "127.0.0.1", port }, { log: { info: note, error: note } });
  const calls: WebhookCall[] = [];
  const take = async (path: string): Promise<() => Promise<void>> => {
    const release = await door.open(path, (call) => {
      calls.push(call);
      return Promise.resolve({ status: 200 });
    });
    onTestFinished(release);
    return release;
  };
  return { door, calls, lines, take };
}

function call(door: ListeningDoor, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${door.port()}${path}`, {
    method: "POST",
    body: "{}",
    ...init,
  });
}

describe("the webhook door", () => {
  it("hands a call to whoever opened its path, and to no other", async () => {
    const { door, calls, take } = setUp();
    await take("/one");
    await door.open("/two", () => Promise.resolve({ status: 401 }));
    const headers = { "X-Secret": "s" };
    expect((await call(door, "/one", { body: "hello", headers })).status).toBe(200);
    expect((await call(door, "/two")).status).toBe(401);
    expect((await call(door, "/three")).status).toBe(404);
    expect((await call(door, "/one/more")).status).toBe(404);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.body).toBe("hello");
    expect(calls[0]?.header("x-secret")).toBe("s");
    expect(calls[0]?.header("x-other")).toBe(null);
  });

  it("takes only POST, and bodies of at most 1 MiB", async () => {
    const { door, calls, take } = setUp();
    await take("/one");
    const got = await fetch(`http://127.0.0.1:${door.port()}/one`);
    expect(got.status).toBe(405);
    expect((await call(door, "/one", { body: "x".repeat(1024 * 1024) })).status).toBe(200);
    expect((await call(door, "/one", { body: "x".repeat(1024 * 1024 + 1) })).status).toBe(413);
    expect(calls).toHaveLength(1);
  });

  it("listens from the first path to the last, and again after that", async () => {
    const { door, take } = setUp();
    expect(door.port()).toBe(null);
    const releases = await Promise.all([take("/one"), take("/two")]);
    const port = door.port();
    await releases[0]();
    expect((await call(door, "/one")).status).toBe(404);
    expect((await call(door, "/two")).status).toBe(200);
    await releases[1]();
    await releases[1]();
    await expect(fetch(`http://127.0.0.1:${port}/two`)).rejects.toThrow();
    await take("/one");
    expect((await call(door, "/one")).status).toBe(200);
  });

  it("waits for calls under way when it closes", async () => {
    const { door } = setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    let isCalled = false;
    const release = await door.open("/slow", async () => {
      isCalled = true;
      await promise;
      return { status: 200 };
    });
    const answer = call(door, "/slow");
    await vi.waitFor(() => expect(isCalled).toBe(true));
    let isClosed = false;
    const closed = release().then(() => (isClosed = true));
    // Longer than the listener itself would wait.
    await new Promise((next) => setTimeout(next, 1200));
    expect(isClosed).toBe(false);
    resolve();
    expect((await answer).status).toBe(200);
    await closed;
  });

  it("answers 503 for a receiver that fails, and says so", async () => {
    const { door, lines } = setUp();
    onTestFinished(await door.open("/bad", () => Promise.reject(new Error("broken"))));
    expect((await call(door, "/bad")).status).toBe(503);
    expect(lines.join()).toContain("broken");
  });

  it("a taken port is told with what to do, and nothing is left open", async () => {
    const { door, take } = setUp();
    await take("/one");
    const other = setUp(door.port() ?? 0);
    await expect(other.take("/one")).rejects.toMatchObject({ code: "port_in_use" });
    await expect(other.take("/one")).rejects.toThrow(
      /another program has this port.*webhooks\.port/,
    );
  });
});
