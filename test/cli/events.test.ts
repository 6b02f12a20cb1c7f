import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { serveControl } from "../../gateway/control/serve-control.ts";
import type { ControlServer } from "../../gateway/control/serve-control.ts";
import type { SessionId, SessionKey } from "../../sessions/ids.ts";
import type { StoredEvent } from "../../sessions/rows.ts";
import { holdOperations } from "../control/held-operations.ts";
import type { HeldOperations } from "../control/held-operations.ts";
import { makeDirectory, speak, startCli } from "./cli.ts";

const quiet = { info: () => undefined, error: () => undefined };
let directory: ReturnType<typeof makeDirectory>;
let operations: HeldOperations;
let server: ControlServer | null = null;

async function serve(): Promise<void> {
  const socket = join(directory.path, "control.sock");
  server = await serveControl({ operations, socket, log: quiet });
}

beforeEach(async () => {
  directory = makeDirectory();
  operations = holdOperations();
  await serve();
});
afterEach(async () => {
  await server?.close();
  directory.remove();
});

function anEvent(seq: number, chat = "home"): StoredEvent {
  return {
    seq,
    key: `local:main:${chat}` as SessionKey,
    session: "ses_1" as SessionId,
    at: 1_000,
    event: { type: "status_changed", from: "idle", to: "starting" },
  };
}

const seqs = (out: string): number[] =>
  out
    .split("\n")
    .filter(Boolean)
    .map((line) => Number.parseInt(line, 10));

describe("sluice events", () => {
  it("prints what is kept, page by page, a line each", async () => {
    for (let seq = 1; seq <= 1200; seq += 1) operations.append(anEvent(seq));
    const { out, code } = await speak(directory.path, ["events"]);
    expect(code).toBe(0);
    expect(seqs(out)).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
    expect(out.split("\n")[0]).toBe(
      "1 1970-01-01T00:00:01.000Z local:main:home status_changed from=idle to=starting",
    );
  });

  it("goes by session and by number, and prints JSON lines", async () => {
    for (let seq = 1; seq <= 6; seq += 1) operations.append(anEvent(seq, seq % 2 ? "a" : "b"));
    const words = ["events", "--session", "local:main:a", "--after", "2", "--json"];
    const { out } = await speak(directory.path, words);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([anEvent(3, "a"), anEvent(5, "a")]);
    expect((await speak(directory.path, ["events", "--after", "x"])).code).toBe(2);
  });

  it("[S07] follows the feed over a restart of the gateway, each event once, until Ctrl-C", async () => {
    operations.append(anEvent(1));
    const cli = startCli(directory.path, ["events", "--follow"]);
    await expect.poll(() => seqs(cli.out()), { timeout: 8000 }).toEqual([1]);
    operations.append(anEvent(2));
    await expect.poll(() => seqs(cli.out()), { timeout: 5000 }).toEqual([1, 2]);
    await server?.close();
    operations.append(anEvent(3));
    await serve();
    await expect.poll(() => seqs(cli.out()), { timeout: 5000 }).toEqual([1, 2, 3]);
    cli.kill("SIGINT");
    expect(await cli.result).toMatchObject({ code: 0, err: "" });
  });

  it("that should follow and finds no gateway says so", async () => {
    await server?.close();
    const { code, err } = await speak(directory.path, ["events", "--follow"]);
    expect(code).toBe(1);
    expect(err).toContain("No gateway seems to run");
  });
});

describe("sluice requests", () => {
  const people = (words: string) => speak(directory.path, words.split(" "));

  it("lists what waits for a person, and answers it once", async () => {
    expect((await people("requests list")).out).toMatch(/^ID +SESSION .*\nreq_1 /);
    const allowed = await people("requests allow req_1");
    expect(allowed).toMatchObject({ code: 0, out: "req_1: allowed\n" });
    const again = await people("requests deny req_1");
    expect(again.code).toBe(1);
    expect(again.out).toMatch(/^req_1: settled already: allowed by /);
    expect(await people("requests deny req_9")).toMatchObject({
      code: 1,
      out: "req_9: there is no such request\n",
    });
  });

  it("can allow for good", async () => {
    const { out } = await people("requests allow req_1 --always --json");
    expect(JSON.parse(out)).toEqual({ id: "req_1", outcome: "answered" });
    expect(operations.held.asked.at(-1)).toEqual({ answer: "req_1", decision: "always" });
  });
});
