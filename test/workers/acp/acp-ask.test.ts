import { describe, expect, it } from "vitest";

import { fingerprintOf } from "../../../workers/acp/question.ts";
import { toolCallAfter } from "../../../workers/acp/tool-call.ts";
import type { WorkerEvent } from "../../../workers/worker.ts";
import { until } from "../ledger.ts";
import { answerIn, play, turnOf, typesIn } from "../turns.ts";
import { openOne, shareAgent } from "./agents.ts";

const shared = shareAgent();

describe("an agent that asks", () => {
  it("tells what, of which kind, and in a way that a policy can tell again", async () => {
    const { session } = await openOne();
    const events = await play(session, turnOf("ask rm  -r x"), (event) => {
      if (event.type === "ask") void session.answer(event.id, "allow");
    });
    expect(events.find(({ type }) => type === "ask")).toEqual({
      type: "ask",
      id: "ask-1",
      title: "Run rm  -r x",
      detail: "rm  -r x",
      fingerprint: "execute: rm -r x",
      kind: "execute",
    });
  });

  it("a tool that waits for a person is told only when it was allowed", async () => {
    const session = shared();
    const events = await play(session, turnOf("ask rm x"), (event) => {
      if (event.type === "ask") setTimeout(() => void session.answer(event.id, "allow"), 1200);
    });
    expect(typesIn(events).filter((type) => !["delta", "cursor", "ping"].includes(type))).toEqual([
      "accepted",
      "ask",
      "tool_started",
      "tool_ended",
      "completed",
    ]);
  });

  it("two questions may be open at once, answered in any order", async () => {
    const session = shared();
    const asks: string[] = [];
    const events = await play(session, turnOf("ask-two"), (event) => {
      if (event.type !== "ask") return;
      asks.push(event.id);
      if (asks.length < 2) return;
      void session.answer(asks[1] ?? "", "deny");
      void session.answer(asks[0] ?? "", "allow");
    });
    const ended = events.filter((event) => event.type === "tool_ended").map(({ state }) => state);
    expect(ended.toSorted((a, b) => a.localeCompare(b))).toEqual(["done", "failed"]);
  });

  it.each([
    ["allow_once,reject_once", "allow", "Allowed: rm x (allow_once)"],
    ["allow_once,allow_always,reject_always", "deny", "Declined: rm x (reject_always)"],
    // What is allowed for good is for the gateway to remember.
    ["allow_always,reject_once", "allow", "Declined: rm x (reject_once)"],
    ["allow_once", "deny", "Declined: rm x (error none of the options is a plain no)"],
  ] as const)("of %s, %s chooses for once and never cancels", async (kinds, decision, answer) => {
    const session = shared();
    const events = await play(session, turnOf(`ask-with ${kinds} rm x`), (event) => {
      if (event.type === "ask") void session.answer(event.id, decision);
    });
    expect(answerIn(events)).toBe(answer);
  });

  it("a question that it withdraws is withdrawn", async () => {
    const session = shared();
    const events = await play(session, turnOf("ask-withdrawn rm x"));
    const asked = events.flatMap((event) => (event.type === "ask" ? [event.id] : []));
    expect(events).toContainEqual({ type: "ask_withdrawn", id: asked[0] });
    expect(answerIn(events)).toBe("Withdrawn: error the question was withdrawn");
  });

  it("a cancel while it asks is told to it as cancelled", async () => {
    const session = shared();
    const events = await play(session, turnOf("ask rm x"), (event) => {
      if (event.type === "ask") void session.interrupt();
    });
    expect(typesIn(events)).toEqual(["accepted", "cursor", "ask", "cancelled"]);
  });

  it("[W13] an answer to a question of an earlier turn does not meet the next one", async () => {
    const session = shared();
    const asks: string[] = [];
    const onAsk = (event: WorkerEvent): void => {
      if (event.type !== "ask") return;
      asks.push(event.id);
      void session.answer(asks[0] ?? "", "allow");
      if (asks.length > 1) void session.answer(event.id, "deny");
    };
    await play(session, turnOf("ask first"), onAsk);
    expect(answerIn(await play(session, turnOf("ask second"), onAsk))).toContain("Declined");
  });

  it("a grant answers one question of its fingerprint and no other", async () => {
    const session = shared();
    const turn = { ...turnOf("ask-two", { grants: ["execute: second"] }) };
    const events = await play(session, turn, (event) => {
      if (event.type === "ask") void session.answer(event.id, "deny");
    });
    const asked = events.filter((event) => event.type === "ask").map(({ title }) => title);
    expect(asked).toEqual(["Run first"]);
    expect(events).toContainEqual(expect.objectContaining({ state: "done", result: "ran second" }));
  });

  it("a grant is good for one question, even of the same", async () => {
    const session = shared();
    const turn = turnOf("ask-twice rm x", { grants: ["execute: rm x"] });
    const events = await play(session, turn, (event) => {
      if (event.type === "ask") void session.answer(event.id, "deny");
    });
    expect(events.filter(({ type }) => type === "ask")).toHaveLength(1);
    expect(answerIn(events)).toBe("Allowed: rm x (allow_once)Declined: rm x (reject_once)");
  });

  it("[W13] a question that is open when its turn ends is told no", async () => {
    const session = shared();
    const events = await play(session, turnOf("ask-open rm x"));
    expect(typesIn(events)).toContain("ask");
    await until("it is answered", async () => {
      return answerIn(await play(session, turnOf("between"))) === "reject_once";
    });
  });

  it("a question about no tool call is told no", async () => {
    const session = shared();
    const events = await play(session, turnOf(`ask-json {"title":"nothing"}`));
    expect(answerIn(events)).toBe("reject_once");
  });
});

describe("the fingerprint of a question", () => {
  const of = (piece: object): string => {
    const call = toolCallAfter(() => undefined, { toolCallId: "1", ...piece });
    return call === null ? "" : fingerprintOf(call, "/work");
  };

  it.each([
    [{ kind: "execute", rawInput: { command: " npm   test " } }, "execute: npm test"],
    [{ kind: "execute", rawInput: { command: ["bash", "-lc", "npm test"] } }, "execute: npm test"],
    [{ kind: "execute", rawInput: { command: "rm", args: ["-r", "a b"] } }, `execute: rm -r "a b"`],
    [{ kind: "execute", rawInput: { command: `echo "a  b"` } }, `execute: echo "a  b"`],
    [{ kind: "execute", rawInput: { command: "ls", cwd: "/tmp" } }, "execute: ls in /tmp"],
    [{ kind: "execute", rawInput: { command: "ls", cwd: "/work" } }, "execute: ls"],
    [{ kind: "edit", locations: [{ path: "/work/b" }, { path: "/work/a" }] }, "edit: a, b"],
    [{ kind: "edit", rawInput: { file_path: "/etc/hosts", content: "x" } }, "edit: /etc/hosts"],
    [{ kind: "odd", title: "T", rawInput: { b: 1, a: [2] } }, `other: T {"a":[2],"b":1}`],
    [{ title: "Go on?" }, "other: Go on?"],
  ])("of %j is %s", (piece, fingerprint) => {
    expect(of(piece)).toBe(fingerprint);
  });

  it("of two long commands that differ at their end is not the same", () => {
    const long = "x".repeat(5000);
    const [a, b] = ["a", "b"].map((end) =>
      of({ kind: "execute", rawInput: { command: long + end } }),
    );
    expect(a).not.toBe(b);
    expect(a?.length).toBeLessThan(400);
  });
});
