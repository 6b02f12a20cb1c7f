import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { WorkerEvent } from "../../../workers/worker.ts";
import { until } from "../ledger.ts";
import {
  answerIn,
  assistantEntry,
  isTerminal,
  play,
  turnOf,
  typesIn,
  userEntry,
} from "../turns.ts";
import { useCommandWorld } from "./world.ts";

const raw = (...lines: readonly (object | string)[]): string =>
  `raw ${lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n")}\n`;
const done = { type: "done" };

describe("a program in session mode", () => {
  it("[W15] stays between turns, one process for each conversation", async () => {
    const { open, worker } = useCommandWorld();
    const [one, other] = await Promise.all([open(), open()]);
    const first = answerIn(await play(one, turnOf("count")));
    expect(first).toMatch(/^turn 1 of \d+$/);
    expect(answerIn(await play(one, turnOf("count")))).toBe(first.replace("turn 1", "turn 2"));
    expect(answerIn(await play(other, turnOf("count")))).toMatch(/^turn 1 /);
    expect(worker.processes()).toHaveLength(2);
  });

  it("the program of docs/agents.md is whole", async () => {
    const text = readFileSync(join(import.meta.dirname, "../../../docs/agents.md"), "utf8");
    const [, program = ""] = /```js\n([^]*?)```/.exec(text) ?? [];
    const { workspace } = useCommandWorld();
    const path = join(workspace, "agent.mjs");
    writeFileSync(path, program);
    const { open } = useCommandWorld({ args: [path] });
    const session = await open();
    // Some line readers, Node's own among them, break lines where JSON does not.
    for (const words of ["hello", "again", "one\u2028two\u2029three\u0085four"]) {
      const events = await play(session, turnOf(words));
      expect(answerIn(events)).toBe(`You said: ${words}`);
      expect(events.at(-1)?.type).toBe("completed");
    }
  });

  it("the same conversation finds its session until that is closed", async () => {
    const world = useCommandWorld();
    const conversation = world.conversation();
    const first = await world.open(conversation);
    expect(await world.open(conversation)).toBe(first);
    await first.close(500);
    expect(await world.open(conversation)).not.toBe(first);
  });

  it("[W02] works in its workspace with what it is given and its marker", async () => {
    const { open, workspace } = useCommandWorld();
    const session = await open();
    const answer = answerIn(await play(session, turnOf("where")));
    expect(answer.split(" ")[0]).toBe(realpathSync(workspace));
    const environment = JSON.parse(answer.slice(answer.indexOf("{"))) as Record<string, string>;
    expect(Object.keys(environment).toSorted()).toEqual(["PATH", "SLUICE_WORKER"]);
    expect(environment["SLUICE_WORKER"]).toBe(session.marker);
  });

  it("[W15] is told of a turn with all that it needs", async () => {
    const world = useCommandWorld();
    const session = await world.open({ ...world.conversation(), cursor: { thread: 7 } });
    const note = { cause: "crash", text: "[note]" } as const;
    const transcript = [userEntry("before")];
    const turn = turnOf("turn", { note, transcript, attempt: 2 });
    const told = JSON.parse(answerIn(await play(session, turn))) as unknown;
    expect(told).toEqual({
      type: "turn",
      turn: turn.turn,
      attempt: 2,
      note: "[note]",
      messages: [{ text: "turn", sender: { id: "you", name: "You" }, sentAt: 0, attachments: [] }],
      entries: 1,
      cursor: { thread: 7 },
    });
  });

  it("[W15] every frame becomes its event", async () => {
    const { open, workspace } = useCommandWorld();
    const text = raw(
      { type: "thought", text: "hm" },
      { type: "plan", steps: [{ text: "look", state: "running" }, { text: "tell" }] },
      { type: "tool", call: "1", name: "read", input: "a.txt", kind: "read" },
      { type: "ping" },
      { type: "tool", call: "1", state: "done", result: "42" },
      { type: "tool", call: "2", name: "run", state: "failed", result: "no" },
      { type: "file", path: "out/a.png", name: "a.png", mime: "image/png" },
      { type: "cursor", value: { at: 3 } },
      { type: "usage", inputTokens: 5, cost: 0.1 },
      { type: "delta", text: "An" },
      { type: "delta", text: " answer." },
      { type: "message", text: "And more." },
      { type: "done", reason: "enough" },
    );
    const session = await open();
    expect(await play(session, turnOf(text))).toEqual([
      { type: "accepted" },
      { type: "thought", text: "hm" },
      {
        type: "plan",
        steps: [
          { text: "look", state: "running" },
          { text: "tell", state: "pending" },
        ],
      },
      { type: "tool_started", call: "1", name: "read", input: "a.txt", kind: "read" },
      { type: "ping" },
      { type: "tool_ended", call: "1", state: "done", result: "42" },
      { type: "tool_started", call: "2", name: "run", input: "", kind: "other" },
      { type: "tool_ended", call: "2", state: "failed", result: "no" },
      { type: "file", path: `${workspace}/out/a.png`, name: "a.png", mime: "image/png" },
      { type: "cursor", value: { at: 3 } },
      { type: "usage", inputTokens: 5, outputTokens: null, cost: 0.1 },
      { type: "delta", text: "An" },
      { type: "delta", text: " answer." },
      { type: "delta", text: "\n\nAnd more." },
      { type: "completed", reason: "enough" },
    ]);
    expect(answerIn(await play(session, turnOf("turn")))).toContain('"cursor":{"at":3}');
  });

  it("[W13][W15] what is no frame is text, and frames that nobody knows are ignored", async () => {
    const { open, log } = useCommandWorld();
    const text = raw(
      "Welcome!",
      "",
      "{not json",
      '"just words"',
      '{"answer":42}',
      "",
      { type: "delta" },
      { type: "sparkle", text: "no" },
      { type: "delta", text: "yes" },
      "",
      done,
    );
    const events = await play(await open(), turnOf(text));
    expect(answerIn(events)).toBe('Welcome!\n\n{not json\n"just words"\n{"answer":42}\n\nyes');
    expect(events.at(-1)?.type).toBe("completed");
    expect(log.lines.map(({ message }) => message)).toEqual(Array(2).fill("unknown frame ignored"));
  });

  it("frames of another turn are ignored", async () => {
    const { open } = useCommandWorld();
    const text = raw(
      { type: "done", turn: "trn_old" },
      { type: "delta", text: "now", turn: "TURN" },
      { type: "done", turn: "TURN" },
    );
    expect(answerIn(await play(await open(), turnOf(text)))).toBe("now");
  });

  it("an error fails the turn with its words, and the program goes on", async () => {
    const { open } = useCommandWorld();
    const session = await open();
    const events = await play(session, turnOf(raw({ type: "error", message: "not logged in" })));
    expect(events.at(-1)).toEqual({ type: "failed", error: "not logged in", canRetry: false });
    expect(answerIn(await play(session, turnOf("count")))).toMatch(/^turn 2 /);
  });

  it("[W15] the history is given on request, as much as is wanted", async () => {
    const { open } = useCommandWorld();
    const transcript = [userEntry("one"), assistantEntry("two", true)];
    const session = await open();
    expect(answerIn(await play(session, turnOf("recall", { transcript })))).toBe("one two");
    const last = turnOf(raw({ type: "history", last: 1 }), { transcript });
    expect(answerIn(await play(session, last))).toBe("two");
  });

  it("an ask names its deed, is asked once, and may be withdrawn", async () => {
    const { open } = useCommandWorld();
    const text = raw(
      { type: "ask", id: "1", title: "Run", detail: "rm  -r\nx", kind: "execute" },
      { type: "ask", id: "1", title: "Run", detail: "again" },
      { type: "ask", id: "2", title: "Other", fingerprint: "f" },
      { type: "ask_withdrawn", id: "2" },
      { type: "ask_withdrawn", id: "2" },
    );
    const session = await open();
    const events = await play(session, turnOf(text), (event) => {
      if (event.type === "ask_withdrawn") void session.answer("1", "allow");
    });
    expect(events.slice(1, 4)).toEqual([
      {
        type: "ask",
        id: "1",
        title: "Run",
        detail: "rm  -r\nx",
        fingerprint: "execute: Run rm -r x",
        kind: "execute",
      },
      { type: "ask", id: "2", title: "Other", detail: "", fingerprint: "f", kind: "other" },
      { type: "ask_withdrawn", id: "2" },
    ]);
    expect(typesIn(events).filter((type) => type.startsWith("ask"))).toHaveLength(3);
    expect(answerIn(events)).toBe("Allowed.");
  });

  it("[G07] what was allowed while nobody listened is allowed once", async () => {
    const { open } = useCommandWorld();
    const session = await open();
    const ask = (id: string): object => ({ type: "ask", id, title: "Run", fingerprint: "f" });
    const granted = await play(session, turnOf(raw(ask("1")), { grants: ["f"] }));
    expect(typesIn(granted)).not.toContain("ask");
    expect(answerIn(granted)).toBe("Allowed.");
    const twice = turnOf(raw(ask("1"), ask("2")), { grants: ["f"] });
    const asked: string[] = [];
    await play(session, twice, (event) => {
      if (event.type === "ask") asked.push(event.id);
    });
    expect(asked).toEqual(["2"]);
  });

  it("[W16] what it says outside a turn is a notice and ends no turn", async () => {
    const { open, ledger } = useCommandWorld();
    const session = await open();
    await play(session, turnOf("later"));
    await until("it was noticed", () => ledger.notices.length === 1);
    expect(ledger.notices[0]).toMatchObject({ text: "outside" });
    expect((await play(session, turnOf("x"))).at(-1)?.type).toBe("completed");
  });

  it("[W12] a program that ends before a word fails the turn with its last words", async () => {
    const world = useCommandWorld();
    const conversation = world.conversation();
    const session = await world.open(conversation);
    const events = await play(session, turnOf("exit"));
    expect(events.at(-1)).toEqual({
      type: "failed",
      error: "The program of tool ended with exit code 3 saying:\nit went wrong here",
      canRetry: false,
    });
    const fresh = await world.open(conversation);
    expect(fresh).not.toBe(session);
    expect((await play(fresh, turnOf("x"))).at(-1)?.type).toBe("completed");
  });

  it("a program that is killed from outside in the middle of its answer says so", async () => {
    const { open } = useCommandWorld();
    const events = await play(await open(), turnOf("die"));
    expect(events.at(-1)).toEqual({ type: "killed" });
  });

  it("[W13] a deaf program is told, then asked, then killed; the next turn has a new one", async () => {
    const { open, ledger } = useCommandWorld();
    const session = await open();
    const begunAt = performance.now();
    const events = await play(session, turnOf("deaf"), (event) => {
      if (event.type === "delta") void session.interrupt();
    });
    const took = performance.now() - begunAt;
    expect(events.at(-1)).toEqual({ type: "cancelled" });
    // The gateway's own patience is 5 s.
    expect(took).toBeGreaterThan(3900);
    expect(took).toBeLessThan(4900);
    expect(await ledger.alive()).toEqual([]);
    expect(answerIn(await play(session, turnOf("count")))).toMatch(/^turn 1 /);
  });

  it("an interrupt is obeyed by the program, which stays", async () => {
    const { open } = useCommandWorld();
    const session = await open();
    const events = await play(session, turnOf("endless"), (event, sofar) => {
      if (event.type === "delta" && sofar.length === 3) void session.interrupt();
    });
    expect(events.at(-1)).toEqual({ type: "cancelled" });
    expect(answerIn(await play(session, turnOf("count")))).toMatch(/^turn 2 /);
  });

  it("a turn that nobody reads any more is cancelled, and the next one is answered", async () => {
    const { open } = useCommandWorld();
    const session = await open();
    for await (const event of session.prompt(turnOf("endless"))) if (event.type === "delta") break;
    const events = await play(session, turnOf("x"));
    expect(events.filter(isTerminal)).toHaveLength(1);
    expect(answerIn(events)).toBe("You said: x");
  });

  it("[W15] limits of time, length and lines are told, and the program goes or stays", async () => {
    const slow = useCommandWorld({ timeoutMs: 600 });
    const failure = (events: readonly WorkerEvent[]): string => {
      const last = events.at(-1);
      return last?.type === "failed" ? last.error : JSON.stringify(last);
    };
    const session = await slow.open();
    expect(failure(await play(session, turnOf("endless")))).toBe(
      "The program of tool was stopped: it took longer than 0.6 s; workers.tool in the configuration has this limit",
    );
    expect(answerIn(await play(session, turnOf("count")))).toMatch(/^turn 2 /);
    const { open } = useCommandWorld({ maxOutputChars: 20 });
    const talker = await open();
    const events = await play(talker, turnOf("endless"));
    expect(answerIn(events)).toBe(".".repeat(20));
    expect(failure(events)).toContain("longer than 20 characters");
    const liner = await useCommandWorld().open();
    expect(failure(await play(liner, turnOf("long")))).toContain("a line of more than 8388608");
  });

  it("[W11] a full house sends away the one that was idle for longest", async () => {
    const { open, worker, ledger } = useCommandWorld({ maxProcesses: 2 });
    const [first, second, third] = await Promise.all([open(), open(), open()]);
    await play(first, turnOf("count"));
    await play(second, turnOf("count"));
    await play(first, turnOf("count"));
    const markers = () => new Set([...ledger.rows.values()].map(({ marker }) => marker));
    const waiting = await play(third, turnOf("count"));
    expect(typesIn(waiting)[0]).toBe("accepted");
    expect(markers()).toEqual(new Set([first.marker, third.marker]));
    expect(answerIn(await play(first, turnOf("count")))).toMatch(/^turn 3 /);
    expect(answerIn(await play(second, turnOf("count")))).toMatch(/^turn 1 /);
    expect(worker.processes()).toHaveLength(2);
  });

  it("[W11] a full house lets who is at work finish, however idle it was before", async () => {
    const { open } = useCommandWorld({ maxProcesses: 1 });
    const [first, second] = await Promise.all([open(), open()]);
    await play(first, turnOf("count"));
    let isSecond = false;
    const events = await play(first, turnOf("endless"), (event, sofar) => {
      if (event.type === "delta" && sofar.length === 3) {
        void play(second, turnOf("count")).then(() => {
          isSecond = true;
        });
      }
      if (sofar.length === 20) void first.interrupt();
    });
    expect(events.length).toBeGreaterThanOrEqual(20);
    expect(events.at(-1)).toEqual({ type: "cancelled" });
    await until("the second was answered", () => isSecond);
  });

  it("[W03] what it left behind ends with it", async () => {
    const { open, ledger } = useCommandWorld();
    const session = await open();
    await play(session, turnOf("orphan"));
    expect(await ledger.alive()).toHaveLength(2);
    await session.close(1000);
    expect(await ledger.alive()).toEqual([]);
  });
});
