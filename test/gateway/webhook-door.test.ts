import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import type { WebhookCall } from "../../adapters/webhook-door.ts";
import { createWebhookDoor } from "../../gateway/webhook-door.ts";
import type { ListeningDoor } from "../../gateway/webhook-door.ts";

const DOOR = fileURLToPath(new URL("../../gateway/webhook-door.ts", import.meta.url));

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

  it("hears who had just come in when it closes, and lets nobody in after that", async () => {
    const { door, calls } = setUp();
    const release = await door.open("/one", (call) => {
      calls.push(call);
      return Promise.resolve({ status: 200 });
    });
    const port = door.port() ?? 0;
    const guest = connect(port, "127.0.0.1");
    await once(guest, "connect");
    // Accepted, and nothing said yet.
    await new Promise((next) => setTimeout(next, 20));
    const released = release();
    guest.write("POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    const [answer] = (await once(guest, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
    expect(calls).toHaveLength(1);
    await released;
    await expect(fetch(`http://127.0.0.1:${port}/one`)).rejects.toThrow();
  });

  it("[X02] listens on a socket that was opened for it, which outlives it: who calls in between waits", async () => {
    // Holds the socket and, busy with its child, takes nothing itself, as a supervisor does.
    const holder = `
      const { createServer } = require("node:net");
      const { spawnSync } = require("node:child_process");
      const server = createServer().listen(0, "127.0.0.1", () => {
        process.stdout.write(server.address().port + "\\n");
        const stdio = ["ignore", "inherit", "inherit", server._handle.fd];
        for (const life of ["first", "second"]) {
          spawnSync(process.execPath, ["--input-type=module", "-e", process.argv[1], life], { stdio });
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        }
        process.exit();
      });`;
    const program = `
      import { createWebhookDoor } from ${JSON.stringify(DOOR)};
      const log = { info() {}, error() {} };
      const door = createWebhookDoor({ host: "192.0.2.1", port: 1, descriptor: 3 }, { log });
      const release = await door.open("/one", async () => {
        console.log(process.argv[1]);
        setTimeout(release);
        return { status: 200 };
      });`;
    const held = spawn(process.execPath, ["-e", holder, program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    held.stdout.on("data", (bytes) => (said += String(bytes)));
    await vi.waitFor(() => expect(said).toMatch(/^\d+\n/));
    const ask = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${Number.parseInt(said, 10)}/one`, {
        method: "POST",
        headers: { connection: "close" },
      });
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
    await once(held, "exit");
    expect(said.trim().split("\n").slice(1)).toEqual(["first", "second"]);
  });
});
