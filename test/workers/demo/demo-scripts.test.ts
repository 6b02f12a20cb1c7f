import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createDemoWorker } from "../../../workers/demo/demo-worker.ts";
import type { RestartNote, Worker, WorkerSession } from "../../../workers/worker.ts";
import { bareEnvironment, createLedger, createTestLog, realClock } from "../ledger.ts";
import {
  answerIn,
  assistantEntry,
  attachmentOf,
  entryOf,
  newConversation,
  play,
  turnOf,
  typesIn,
  userEntry,
} from "../turns.ts";

const ledger = createLedger();
const directory = mkdtempSync(join(tmpdir(), "sluice-files-"));
let worker: Worker;
let session: WorkerSession;

beforeAll(async () => {
  const clock = realClock;
  const log = createTestLog();
  const how = { environment: bareEnvironment, maxProcesses: 1, wordMs: 0, host: ledger };
  worker = createDemoWorker({ clock, log, ...how });
  session = await worker.open(newConversation(), new AbortController().signal);
});

afterAll(async () => {
  rmSync(directory, { recursive: true });
  await worker.close(1000);
  const left = await ledger.alive();
  await ledger.killAll();
  expect(left, "processes left behind").toEqual([]);
});

const answerTo = async (...args: Parameters<typeof turnOf>): Promise<string> =>
  answerIn(await play(session, turnOf(...args)));

describe("a plain answer", () => {
  it("repeats the message and counts the transcript", async () => {
    const transcript = [userEntry("a"), assistantEntry("b"), userEntry("c")];
    expect(await answerTo("good morning", { transcript })).toBe(
      "I was given 3 earlier entries. You said: good morning",
    );
    expect(await answerTo("good night", { transcript: [userEntry("a")] })).toContain(
      "1 earlier entry.",
    );
  });

  it("is one delta when there is no time between words", async () => {
    const events = await play(session, turnOf("one two three four"));
    expect(typesIn(events)).toEqual(["accepted", "delta", "completed"]);
  });

  it.each<readonly [RestartNote["cause"], string]>([
    ["restart", "cut short by a restart"],
    ["shutdown", "cut short by a shutdown"],
    ["crash", "cut short by a crash"],
    ["worker_lost", "worker_lost"],
    ["stalled", "stalled"],
  ])("tells that it was cut by %s", async (cause, words) => {
    const answer = await answerTo("and now?", { note: { cause, text: "…" } });
    expect(answer).toContain(words);
    expect(answer).toContain("You said: and now?");
  });

  it("joins the messages of one turn", async () => {
    expect(await answerTo(["one", "two"])).toContain("You said: one / two");
  });

  it("keeps spaces and line breaks of the words that it repeats", async () => {
    expect(await answerTo("two  spaces\nand a line")).toContain("two  spaces\nand a line");
  });
});

describe("files", () => {
  it("[T15, E14] that came are told by name and size, and whether they can be read", async () => {
    const path = join(directory, "a.txt");
    writeFileSync(path, "hello");
    const attachments = [
      attachmentOf("a.txt", { path, problem: null, size: 5 }),
      attachmentOf("b.txt", { path: join(directory, "b.txt"), problem: null, size: 5 }),
      attachmentOf("film.mp4", { path: null, problem: "it is too large", size: 9e9 }),
    ];
    const answer = await answerTo("look", { attachments });
    expect(answer).toContain(
      "With it came 3 attachments. You said: look\n- a.txt: 5 bytes, read\n",
    );
    expect(answer).toMatch(/- b\.txt: 5 bytes, not readable: Error: ENOENT/);
    expect(answer).toContain("- film.mp4: 9000000000 bytes, not here: it is too large");
  });

  it("[T15, E14] file sends a small file back, and each its own", async () => {
    const paths = [];
    for (const text of ["one two", "three"]) {
      const events = await play(session, turnOf(`file ${text}`));
      expect(typesIn(events)).toEqual(["accepted", "file", "delta", "completed"]);
      const [, event] = events;
      if (event?.type !== "file") throw new Error("no file");
      expect(event).toMatchObject({ name: "demo.txt", mime: "text/plain" });
      paths.push(event.path);
    }
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(["one two\n", "three\n"]);
  });
});

describe("the scripts", () => {
  it("echo answers exactly the text", async () => {
    expect(await answerTo("echo  Just *this*\n\nand 🚀 that ")).toBe(
      " Just *this*\n\nand 🚀 that ",
    );
    expect(await answerTo(["echo one", "echo two"])).toBe("one\ntwo");
  });

  it("help lists every script", async () => {
    const help = await answerTo("help");
    const words = "slow ask ask2 tool echo long history start fail failonce hang deaf crash orphan";
    for (const word of words.split(" ")) expect(help).toMatch(new RegExp(`\`${word}\\b`));
  });

  it("a script is found in capitals and after spaces", async () => {
    expect(await answerTo("  ECHO x")).toBe("x");
    expect(await answerTo("echoes are plain")).toContain("You said: echoes are plain");
  });

  it("slow streams for as long as asked", async () => {
    const begunAt = performance.now();
    const events = await play(session, turnOf("slow 0.5"));
    expect(performance.now() - begunAt).toBeGreaterThan(450);
    expect(typesIn(events).filter((type) => type === "delta").length).toBeGreaterThan(2);
  });

  it("tool starts and ends a call around its work", async () => {
    const events = await play(session, turnOf("tool 0.05"));
    const types = ["accepted", "tool_started", "tool_ended", "delta", "completed"];
    expect(typesIn(events)).toEqual(types);
    expect(events[2]).toMatchObject({ call: "call-1", state: "done", result: "waited 0.05 s" });
  });

  it("long answers with exactly as many characters, in whole code blocks", async () => {
    const text = await answerTo("long 5000");
    expect(text).toHaveLength(5000);
    expect(text.split("```ts").length).toBeGreaterThan(3);
  });

  it("history prints every entry and the note in full", async () => {
    const call = { kind: "tool", call: "c1", name: "wait", input: "1 s" } as const;
    const transcript = [
      userEntry("hello"),
      assistantEntry("half an ans", true),
      entryOf({ ...call, state: "unknown", result: null }),
      entryOf({ ...call, state: "done", result: "waited" }),
      entryOf({ kind: "note", cause: "crash", text: "an older note" }),
    ];
    const note = { cause: "shutdown", text: "All of\nthe note." } as const;
    expect(await answerTo("history", { transcript, note })).toBe(
      [
        "5 entries",
        "user: hello",
        "assistant (partial): half an ans",
        "tool: wait(1 s) unknown: no result",
        "tool: wait(1 s) done: waited",
        "note (crash): an older note",
        "restart note (shutdown): All of\nthe note.",
      ].join("\n"),
    );
  });

  it("fail fails after it was accepted, and no retry helps", async () => {
    const events = await play(session, turnOf("fail"));
    expect(typesIn(events)).toEqual(["accepted", "failed"]);
    expect(events[1]).toMatchObject({ canRetry: false });
  });

  it("failonce fails before it is accepted, and succeeds at the second attempt", async () => {
    const first = await play(session, turnOf("failonce"));
    expect(first).toMatchObject([{ type: "failed", canRetry: true }]);
    const second = await play(session, turnOf("failonce", { attempt: 2 }));
    expect(typesIn(second)).toEqual(["accepted", "delta", "completed"]);
  });

  it("start accepts late, and can be interrupted before", async () => {
    const begunAt = performance.now();
    const acceptedAt: number[] = [];
    await play(session, turnOf("start 0.2"), (event) => {
      if (event.type === "accepted") acceptedAt.push(performance.now() - begunAt);
    });
    expect(acceptedAt[0]).toBeGreaterThan(180);
    const turn = play(session, turnOf("start 60"));
    setTimeout(() => void session.interrupt(), 50);
    expect(await turn).toEqual([{ type: "cancelled" }]);
  });

  it("crashstart dies before it accepts", async () => {
    const own = await worker.open(newConversation(), new AbortController().signal);
    const events = await play(own, turnOf("crashstart"));
    expect(events).toEqual([]);
    session = await worker.open(newConversation(), new AbortController().signal);
  });
});

describe("approvals of the demo worker", () => {
  it("[G09] ask2 has two questions open at once and goes on after the last answer", async () => {
    const events = await play(session, turnOf("ask2 paint it"), (event, sofar) => {
      if (event.type !== "ask" || sofar.filter(({ type }) => type === "ask").length < 2) return;
      void session.answer("ask-2", "deny");
      void session.answer("ask-1", "allow");
    });
    expect(answerIn(events)).toBe("First allowed, second declined: paint it");
  });

  it("[G07] a matching grant is used instead of asking", async () => {
    const asked: string[] = [];
    await play(session, turnOf("ask paint it"), (event) => {
      if (event.type !== "ask") return;
      asked.push(event.fingerprint);
      void session.answer(event.id, "deny");
    });
    const events = await play(session, turnOf("ask paint it", { grants: asked }));
    expect(typesIn(events)).toEqual(["accepted", "delta", "completed"]);
    expect(answerIn(events)).toBe("Allowed: paint it");
  });

  it("[G07] a grant for something else does not help, and each is good once", async () => {
    const grants = ["demo:first: paint it"];
    const asks: string[] = [];
    const events = await play(session, turnOf("ask2 paint it", { grants }), (event) => {
      if (event.type !== "ask") return;
      asks.push(event.fingerprint);
      void session.answer(event.id, "deny");
    });
    expect(asks).toEqual(["demo:second: paint it"]);
    expect(answerIn(events)).toBe("First allowed, second declined: paint it");
    const other = play(session, turnOf("ask sell it", { grants }), (event) => {
      if (event.type === "ask") void session.interrupt();
    });
    expect(typesIn(await other)).toContain("ask");
  });

  it("[G07] an approval without a message goes on with the one that asked", async () => {
    const transcript = [userEntry("ask paint it")];
    const answer = await answerTo([], { transcript, grants: ["demo:paint it"] });
    expect(answer).toBe("Allowed: paint it");
  });
});
