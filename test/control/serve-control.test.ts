import { mkdtempSync, rmSync, statSync, writeFileSync, existsSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createControlApp } from "../../gateway/control/app.ts";
import { connectControl } from "../../gateway/control/client.ts";
import type { Clock } from "../../sessions/clock.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { realClock } from "../../sessions/real-time.ts";
import { serveControl, type ControlServer } from "../../gateway/control/serve-control.ts";
import {
  aDrain,
  aStatus,
  aSession,
  anEvent,
  holdOperations,
  type HeldOperations,
} from "./held-operations.ts";
import { request } from "./request.ts";

const quiet = { info: () => {}, error: () => {} };

describe("control socket", () => {
  let directory: string;
  let socket: string;
  let operations: HeldOperations;
  let server: ControlServer;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "sluice-control-"));
    socket = join(directory, "control.sock");
    operations = holdOperations();
    server = await serveControl({ operations, socket, log: quiet });
  });
  afterEach(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("socket is for its owner alone when it opens", () => {
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  it("socket file is gone when the server closed", async () => {
    await server.close();
    expect(existsSync(socket)).toBe(false);
  });

  it("socket is replaced when a killed process left its file", async () => {
    await server.close();
    const child = spawn(process.execPath, [
      "-e",
      `require("node:net").createServer().listen(${JSON.stringify(socket)}, () => console.log("up"))`,
    ]);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    expect(existsSync(socket)).toBe(true);
    server = await serveControl({ operations, socket, log: quiet });
    expect((await connectControl(socket).status()).boot).toBe("boot_1");
  });

  it("socket is refused when a file that is no socket is in its place", async () => {
    await server.close();
    writeFileSync(socket, "notes");
    await expect(serveControl({ operations, socket, log: quiet })).rejects.toMatchObject({
      code: "state_unwritable",
      message: expect.stringContaining(socket) as string,
    });
  });

  it("socket is refused with advice when its path is too long for the system", async () => {
    const long = join(directory, "x".repeat(120));
    await expect(serveControl({ operations, socket: long, log: quiet })).rejects.toMatchObject({
      code: "config_invalid",
      advice: expect.stringContaining("control.socket") as string,
    });
  });

  it("client says what it looked for and what to do when no gateway runs", async () => {
    await server.close();
    await expect(connectControl(socket).status()).rejects.toMatchObject({
      code: "control_unreachable",
      message: expect.stringMatching(
        /No gateway seems to run.*control\.sock.*sluice start/,
      ) as string,
    });
  });

  it("client sees a gateway that holds its answer as unreachable when its caller gives up", async () => {
    operations.status = () => new Promise(() => {});
    const gone = AbortSignal.timeout(50);
    await expect(connectControl(socket, gone).status()).rejects.toThrow();
  });

  it("[D01] a drain is passed on as it was asked for, and its report comes back", async () => {
    const asked = { then: "restart", timeoutMs: 5000, by: "cli", worker: "a.b" } as const;
    const report = await connectControl(socket).drain(asked);
    expect(operations.held.asked).toEqual([asked]);
    expect(report.then).toBe("restart");
    expect(await connectControl(socket).drainReport()).toEqual(report);
  });

  it("a drain without a known follow-up is refused and nothing is asked of the gateway", async () => {
    const answer = await request(socket, "POST", "/v1/drain", { then: "explode", by: "cli" });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      error: { code: "usage", message: expect.stringContaining("then") as string },
    });
    expect(operations.held.asked).toEqual([]);
  });

  it("a body that is no object is refused with words", async () => {
    const answer = await request(socket, "POST", "/v1/drain", "{then:");
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { code: "usage" } });
  });

  it("[D17] undrain cancels a drain, and says so when there is none", async () => {
    const client = connectControl(socket);
    await expect(client.undrain()).rejects.toThrow("no drain is under way");
    operations.held.drain = aDrain();
    expect((await client.undrain())?.phase).toBe("cancelled");
    await expect(client.undrain()).rejects.toThrow("no drain is under way");
  });

  it("[L07] undrain lets held channels go although no drain is under way", async () => {
    operations.held.status = aStatus({ held: "3 boots ended uncleanly" });
    await connectControl(socket).undrain();
    expect(operations.held.asked).toEqual(["undrain"]);
  });

  it("a session is asked for with as many entries as wanted, and in short", async () => {
    const path = "/v1/sessions/local%3Amain%3Ahome";
    expect((await request(socket, "GET", `${path}?entries=7`)).status).toBe(200);
    expect((await request(socket, "GET", path)).status).toBe(200);
    expect(operations.held.asked).toEqual([
      { session: "local:main:home", entries: 7 },
      { session: "local:main:home", entries: 1000 },
    ]);
    expect((await request(socket, "GET", `${path}?entries=many`)).status).toBe(400);
    expect((await request(socket, "GET", `${path}?entries=1001`)).status).toBe(400);
    expect(await connectControl(socket).summary("local:main:home")).toMatchObject({ turns: 4 });
    expect((await request(socket, "GET", "/v1/sessions/local%3Amain%3Ano/summary")).status).toBe(
      404,
    );
  });

  it("a cut session is resumed, and others say that there was nothing to do", async () => {
    operations.held.sessions = [aSession("local:main:cut", { status: "resume_pending" })];
    expect(await connectControl(socket).resume("local:main:cut")).toBe(true);
    expect(await connectControl(socket).resume("local:main:none")).toBe(false);
  });

  it("what a gateway that drains refuses is a conflict, with the reason", async () => {
    operations.resume = async () => {
      throw new SluiceError("control_refused", "Cannot do it now", { advice: "wait" });
    };
    const answer = await request(socket, "POST", "/v1/sessions/local%3Amain%3Ahome/resume");
    expect([answer.status, answer.json]).toEqual([
      409,
      { error: { code: "control_refused", message: "Cannot do it now", advice: "wait" } },
    ]);
  });

  it("the outbox is listed as it is, up to a limit", async () => {
    const [letter] = operations.held.deadLetters;
    if (letter?.kind !== "reply") throw new Error("expected a reply");
    operations.held.outbox = [{ ...letter.row, state: "held" }];
    expect(await connectControl(socket).outbox(5)).toEqual(operations.held.outbox);
    expect((await request(socket, "GET", "/v1/outbox?limit=0")).status).toBe(400);
  });

  it("[D16] a plan changes nothing when it is asked for", async () => {
    expect((await connectControl(socket).plan()).waitFor).toHaveLength(1);
    expect(operations.held.asked).toEqual([]);
  });

  it("sessions come in pages, by status", async () => {
    const client = connectControl(socket);
    const first = await client.sessions({ status: null, limit: 1, after: null });
    expect(first.items.map((item) => item.key)).toEqual(["local:main:home"]);
    const second = await client.sessions({ status: null, limit: 1, after: first.next });
    expect(second).toMatchObject({ items: [{ key: "local:main:work" }], next: null });
    const idle = await client.sessions({ status: "idle", limit: 9, after: null });
    expect(idle.items).toHaveLength(1);
    await expect(client.sessions({ status: "asleep", limit: 9, after: null })).rejects.toThrow(
      /status/,
    );
  });

  it("a session is found by its key when a part of it holds odd characters", async () => {
    const key = "local:main:a%3Ab/c d%25";
    operations.held.sessions.push(aSession(key));
    expect((await connectControl(socket).session(key)).key).toBe(key);
  });

  it("a session that is not there, and text that is no key, are refused apart", async () => {
    const client = connectControl(socket);
    await expect(client.session("local:main:nowhere")).rejects.toThrow("no session");
    await expect(client.session("nowhere")).rejects.toThrow("is not a session key");
    await expect(client.forget("nowhere")).rejects.toThrow("is not a session key");
  });

  it("a session is released only when it is suspended, and forgotten once", async () => {
    const client = connectControl(socket);
    operations.held.sessions.push(aSession("local:main:stuck", { status: "suspended" }));
    expect(await client.release("local:main:home")).toBe(false);
    expect(await client.release("local:main:stuck")).toBe(true);
    expect(await client.forget("local:main:stuck")).toBe(true);
    expect(await client.forget("local:main:stuck")).toBe(false);
    expect(await client.stopTurn("local:main:work")).toBe(true);
  });

  it("[G13] what was allowed for good is listed and revoked, and can be allowed", async () => {
    const client = connectControl(socket);
    expect(await client.grants()).toMatchObject([{ id: "req_0", key: "local:main:home" }]);
    expect(await client.revoke("req_0")).toBe(true);
    expect(await client.revoke("req_0")).toBe(false);
    const path = "/v1/requests/req_9/answer";
    const answer = (decision: string) => request(socket, "POST", path, { decision, by: "ann" });
    expect((await answer("always")).json).toEqual({ outcome: "unknown" });
    expect((await answer("for_ever")).status).toBe(400);
  });

  it("[G05] the second answer to a request is told who answered first", async () => {
    const client = connectControl(socket);
    expect(await client.requests()).toHaveLength(1);
    expect(await client.answer("req_1", "allow", "ann")).toEqual({ outcome: "answered" });
    expect(await client.answer("req_1", "deny", "bob")).toEqual({
      outcome: "already",
      state: "allowed",
      by: "ann",
    });
  });

  it("a request is told by its id, also when it is settled", async () => {
    const one = () => request(socket, "GET", "/v1/requests/req_1");
    expect((await one()).json).toMatchObject({ id: "req_1", state: "open" });
    await request(socket, "POST", "/v1/requests/req_1/answer", { decision: "deny", by: "ann" });
    expect((await one()).json).toMatchObject({ state: "denied", answeredBy: "ann" });
    expect(await request(socket, "GET", "/v1/requests/req_9")).toMatchObject({
      status: 404,
      json: { error: { code: "not_found" } },
    });
  });

  it("a dead letter is retried or dropped once", async () => {
    const client = connectControl(socket);
    expect((await client.deadLetters(10)).map((letter) => letter.id)).toEqual(["out_1"]);
    expect(await client.retry("out_1")).toBe(true);
    expect(await client.drop("out_1")).toBe(false);
  });

  it("the fate of a message is told by our id, and only by that", async () => {
    const client = connectControl(socket);
    expect(await client.fate("msg_1")).toMatchObject({ at: "queued", behind: 2 });
    await expect(client.fate("msg_9")).rejects.toThrow("no message msg_9");
    await expect(client.fate("4711")).rejects.toThrow("begins with msg_");
  });

  it("an operation of another version is refused with advice", async () => {
    const answer = await request(socket, "GET", "/v9/status");
    expect(answer).toMatchObject({ status: 404, json: { error: { code: "not_found" } } });
  });

  it("a fault inside the gateway is logged, and answered without a stack", async () => {
    const logged: unknown[] = [];
    await server.close();
    operations.status = () => Promise.reject(new Error("wires crossed"));
    server = await serveControl({
      operations,
      socket,
      log: { info: () => {}, error: (fields, message) => logged.push([message, fields]) },
    });
    const answer = await request(socket, "GET", "/v1/status");
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("at ");
    expect(logged).toMatchObject([["control request failed", { path: "/v1/status" }]]);
  });

  it("[S07] the feed gives what was and what comes, and resumes after the last one read", async () => {
    operations.append(anEvent(1));
    operations.append(anEvent(2, "local:main:work"));
    const client = connectControl(socket);
    const seen: number[] = [];
    const first = new AbortController();
    for await (const event of client.feed(0, null, first.signal)) {
      seen.push(event.seq);
      if (event.seq === 2) operations.append(anEvent(3));
      if (event.seq === 3) first.abort();
    }
    operations.append(anEvent(4));
    const second = new AbortController();
    for await (const event of client.feed(seen.at(-1) ?? 0, null, second.signal)) {
      seen.push(event.seq);
      second.abort();
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    await expect.poll(() => operations.held.feeds, { timeout: 5000 }).toBe(0);
  });

  it("the feed goes by Last-Event-ID when a reader comes back with its first address", async () => {
    for (const seq of [1, 2, 3]) operations.append(anEvent(seq));
    setTimeout(() => void server.close(), 100);
    const answer = await request(socket, "GET", "/v1/feed?after=0", undefined, {
      "Last-Event-ID": "2",
    });
    expect(answer.text.match(/^id: .*/gm)).toEqual(["id: 3"]);
  });

  it("the feed of one session leaves the others out", async () => {
    operations.append(anEvent(1));
    operations.append(anEvent(2, "local:main:work"));
    const stop = new AbortController();
    for await (const event of connectControl(socket).feed(0, "local:main:work", stop.signal)) {
      expect(event.seq).toBe(2);
      stop.abort();
    }
  });

  it("a feed ends without an error when the gateway closes the socket", async () => {
    operations.append(anEvent(1));
    const seen: number[] = [];
    const never = new AbortController();
    for await (const event of connectControl(socket).feed(0, null, never.signal)) {
      seen.push(event.seq);
      void server.close();
    }
    expect(seen).toEqual([1]);
  });

  it("a feed in which nothing happens says that it is still there", async () => {
    const clock: Clock = { ...realClock, timer: (_ms, action) => realClock.timer(5, action) };
    const open = new AbortController().signal;
    const app = createControlApp(operations, { log: quiet, signal: open, clock });
    const body: ReadableStream<Uint8Array> | null = (await app.request("/v1/feed")).body;
    const reader = body?.getReader();
    let heard = "";
    while (heard.split(": still here\n\n").length < 3) {
      const part = await reader?.read();
      expect(part?.done).toBe(false);
      heard += Buffer.from(part?.value ?? []).toString();
    }
    await reader?.cancel();
    await expect.poll(() => operations.held.feeds, { timeout: 5000 }).toBe(0);
  });

  it("a feed is let go of inside the gateway when its reader leaves", async () => {
    const stop = new AbortController();
    const reading = (async () => {
      for await (const event of connectControl(socket).feed(0, null, stop.signal)) void event;
    })();
    await expect.poll(() => operations.held.feeds, { timeout: 5000 }).toBe(1);
    stop.abort();
    await reading.catch(() => {});
    await expect.poll(() => operations.held.feeds, { timeout: 5000 }).toBe(0);
  });
});
