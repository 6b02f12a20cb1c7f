import { describe, expect, it } from "vitest";

import type { WorkerEvent } from "../../../workers/worker.ts";
import { until } from "../ledger.ts";
import {
  answerIn,
  attachmentOf,
  message,
  newConversation,
  play,
  turnOf,
  typesIn,
} from "../turns.ts";
import { openOne, shareAgent, SIGNAL, useAgents, useFolder } from "./agents.ts";

const shared = shareAgent();

function chunk(text: string, rest: object = {}): object {
  return { sessionUpdate: "agent_message_chunk", content: { type: "text", text }, ...rest };
}

async function playUpdates(updates: readonly object[]): Promise<readonly WorkerEvent[]> {
  const session = shared();
  const events = await play(session, turnOf(`updates ${JSON.stringify(updates)}`));
  return events.filter(({ type }) => type !== "cursor");
}

describe("what an agent says in a turn", () => {
  it("a blank line stands between two messages, and none inside one", async () => {
    const session = shared();
    const events = await play(session, turnOf("messages"));
    expect(answerIn(events)).toBe("First message.\n\nSecond message.");
  });

  it("a thought is no part of the answer, and parts messages that have no names", async () => {
    const thought = { sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "hm" } };
    const events = await playUpdates([chunk("One"), thought, chunk("Two"), chunk(" more")]);
    expect(answerIn(events)).toBe("One\n\nTwo more");
    expect(events).toContainEqual({ type: "thought", text: "hm" });
  });

  it("a tool is told when it runs and when it has ended, with its kind, input and result", async () => {
    const call = { toolCallId: "t1", title: "Read a file", kind: "read" };
    const end = {
      content: [{ type: "content", content: { type: "text", text: "hello" } }],
      status: "completed",
    };
    const events = await playUpdates([
      { sessionUpdate: "tool_call", ...call, status: "pending", rawInput: {} },
      { sessionUpdate: "tool_call_update", toolCallId: "t1", rawInput: { path: "a.txt" } },
      { sessionUpdate: "tool_call_update", toolCallId: "t1", status: "in_progress" },
      { sessionUpdate: "tool_call_update", toolCallId: "t1", ...end },
      { sessionUpdate: "tool_call_update", toolCallId: "t1", ...end },
    ]);
    expect(events.slice(1, -1)).toEqual([
      { type: "tool_started", call: "t1", name: "Read a file", input: "a.txt", kind: "read" },
      { type: "tool_ended", call: "t1", state: "done", result: "hello" },
    ]);
  });

  it("a tool that is pending for long is told as running, and one that fails at once as both", async () => {
    const events = await playUpdates([
      { sessionUpdate: "tool_call", toolCallId: "t1", title: "Wait", kind: "sleep" },
      { pause: 1100 },
      {
        sessionUpdate: "tool_call",
        toolCallId: "t2",
        title: "Fail",
        status: "failed",
        rawOutput: "no",
      },
    ]);
    expect(events.slice(1, -1)).toEqual([
      { type: "tool_started", call: "t1", name: "Wait", input: "", kind: "other" },
      { type: "tool_started", call: "t2", name: "Fail", input: "", kind: "other" },
      { type: "tool_ended", call: "t2", state: "failed", result: "no" },
    ]);
  });

  it("a plan is told whole, and what the turn cost is told without what earlier turns did", async () => {
    const session = shared();
    const costOf = (amount: number): string =>
      `updates ${JSON.stringify([{ sessionUpdate: "usage_update", used: 1, size: 9, cost: { amount, currency: "USD" } }])}`;
    const entries = [
      { content: "look", priority: "high", status: "completed" },
      { content: "act", priority: "high", status: "in_progress" },
      { content: "rest", priority: "low", status: "pending" },
    ];
    const plan = await play(
      session,
      turnOf(`updates ${JSON.stringify([{ sessionUpdate: "plan", entries }])}`),
    );
    expect(plan).toContainEqual({
      type: "plan",
      steps: [
        { text: "look", state: "done" },
        { text: "act", state: "running" },
        { text: "rest", state: "pending" },
      ],
    });
    await play(session, turnOf(costOf(0.5)));
    const events = await play(session, turnOf(costOf(0.75)));
    expect(events).toContainEqual({
      type: "usage",
      inputTokens: null,
      outputTokens: null,
      cost: 0.25,
    });
  });

  it("what a turn used is told whole, however it came", async () => {
    const { session } = await openOne();
    const events = await play(session, turnOf("used"));
    const usage = events.findLast(({ type }) => type === "usage");
    expect(usage).toEqual({ type: "usage", inputTokens: 12, outputTokens: 3, cost: 0.5 });
  });

  it("a file of the workspace that it points to is handed over, anything else as a link", async () => {
    const folder = useFolder();
    const { worker } = useAgents();
    const session = await worker.open({ ...newConversation(), workspace: folder }, SIGNAL);
    const link = (uri: string, name: string): object => ({
      sessionUpdate: "agent_message_chunk",
      content: { type: "resource_link", uri, name },
    });
    const updates = [link(`file://${folder}/a.png`, "a.png"), link("file:///etc/passwd", "x")];
    const events = await play(session, turnOf(`updates ${JSON.stringify(updates)}`));
    expect(events).toContainEqual({
      type: "file",
      path: `${folder}/a.png`,
      name: "a.png",
      mime: "",
    });
    expect(answerIn(events)).toBe("[x](file:///etc/passwd)");
  });
});

describe("what an agent is given", () => {
  it("files by their address, images whole where it can see them", async () => {
    const folder = useFolder();
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${folder}/a.png`, "12345");
    const seeing = await openOne({ takesImages: true });
    const image = {
      ...attachmentOf("a.png", { path: `${folder}/a.png`, problem: null, size: 5 }),
      mime: "image/png",
    };
    const lost = attachmentOf("b.txt", { path: null, problem: "too large", size: 9 });
    // The script is named by the last text, so what did not arrive comes first.
    const messages = [
      { ...message(""), attachments: [lost] },
      { ...message("blocks"), attachments: [image] },
    ];
    const ask = { ...turnOf("x"), messages };
    expect(answerIn(await play(shared(), ask))).toBe(
      JSON.stringify([
        { type: "text", text: "[b.txt did not arrive: too large]" },
        { type: "text", text: "blocks" },
        {
          type: "resource_link",
          uri: `file://${folder}/a.png`,
          name: "a.png",
          mimeType: "image/png",
          size: 5,
        },
      ]),
    );
    expect(answerIn(await play(seeing.session, ask))).toContain(
      `{"type":"image","data":"8 characters","mimeType":"image/png"`,
    );
  });

  it("names, where several people speak in one turn", async () => {
    const session = shared();
    const say = (name: string, text: string) => ({ ...message(text), sender: { id: name, name } });
    const one = await play(session, { ...turnOf("x"), messages: [say("Ann", "history")] });
    expect(answerIn(one)).toBe("history");
    const two = { ...turnOf("x"), messages: [say("Ann", "hi"), say("Bob", "hello")] };
    expect(answerIn(await play(session, two))).toBe("You said: Bob: hello");
  });
});

describe("how an agent's turn ends", () => {
  it.each(["end_turn", "max_tokens", "max_turn_requests", "refusal", "something_new"])(
    "[W09] %s completes it with that reason",
    async (reason) => {
      const session = shared();
      const events = await play(session, turnOf(`stop ${reason}`));
      expect(events.at(-1)).toEqual({ type: "completed", reason });
    },
  );

  it("[W09] a cancel that nobody asked for is the agent's own", async () => {
    const session = shared();
    expect((await play(session, turnOf("stop cancelled"))).at(-1)).toEqual({ type: "cancelled" });
  });

  it("[W09] a cancel after a no is declined", async () => {
    const session = shared();
    const events = await play(session, turnOf("ask-cancels rm x"), (event) => {
      if (event.type === "ask") void session.answer(event.id, "deny");
    });
    expect(events.at(-1)).toEqual({ type: "cancelled", reason: "declined" });
  });

  it.each(["end_turn", "error"] as const)(
    "[W09] after our cancel %s is cancelled",
    async (cancelledEnds) => {
      const { session } = await openOne({ cancelledEnds });
      const events = await play(session, turnOf("slow"), (event) => {
        if (event.type === "delta") void session.interrupt();
      });
      expect(events.at(-1)).toEqual({ type: "cancelled" });
    },
  );

  it("[W09] a turn in which nothing was said completes without a delta, so that it can be told", async () => {
    const session = shared();
    const events = await play(session, turnOf("silent"));
    expect(typesIn(events)).toEqual(["accepted", "cursor", "cursor", "completed"]);
  });

  it("[W09] an error fails it with the agent's words, and the session goes on", async () => {
    const session = shared();
    const events = await play(session, turnOf("error -32603 the model is gone"));
    expect(events.at(-1)).toEqual({
      type: "failed",
      error: "the model is gone",
      canRetry: false,
    });
    expect(answerIn(await play(session, turnOf("still there?")))).toBe("You said: still there?");
  });

  it("an agent that sees only now that nobody has logged in is told with advice", async () => {
    const events = await play(shared(), turnOf("error -32000 Authentication required"));
    expect(JSON.stringify(events.at(-1))).toContain(
      "it is not logged in: log in with the agent's own command",
    );
  });

  it("a provider's error that comes as text is the answer", async () => {
    const session = shared();
    expect(answerIn(await play(session, turnOf("provider")))).toBe(
      "API Error: 500 upstream is down",
    );
  });
});

describe("an agent that misbehaves", () => {
  it("[W13] garbage between its messages changes nothing", async () => {
    const { session, log } = await openOne({ banner: "Welcome to the agent!\n\n{not json" });
    const events = await play(session, turnOf("garbage"));
    expect(answerIn(events)).toBe("said through garbage");
    expect(events.at(-1)?.type).toBe("completed");
    const odd = log.filter(({ level }) => level === "warn").map(({ fields }) => fields);
    expect(odd).toMatchObject([{ what: "garbage" }, { what: "unasked answer" }]);
  });

  it("[W13] an update of more than 8 MiB is lost alone", async () => {
    const session = shared();
    const events = await play(session, turnOf("big-update"));
    expect(answerIn(events)).toBe("after a big line");
  });

  it("[W13] a call of more than 8 MiB is refused, and its turn goes on", async () => {
    const session = shared();
    const events = await play(session, turnOf("big-call"));
    expect(answerIn(events)).toBe("error the line was longer than 8 MiB");
  });

  it("[W13] an answer of more than 8 MiB fails the turn", async () => {
    const session = shared();
    const events = await play(session, turnOf("big-answer"));
    expect(events.at(-1)).toMatchObject({
      type: "failed",
      error: "the line was longer than 8 MiB",
    });
  });

  it("[W13] double answers change nothing", async () => {
    const { session } = await openOne({ answersTwice: true });
    for (const words of ["one", "two", "three"]) {
      const events = await play(session, turnOf(words));
      expect(answerIn(events)).toBe(`You said: ${words}`);
      expect(events.filter(({ type }) => type === "completed")).toHaveLength(1);
    }
  });

  it("[W13] unknown and broken updates are ignored, each kind with one line in the log", async () => {
    const { session, log } = await openOne();
    const updates = [
      { sessionUpdate: "brand_new", x: 1 },
      { sessionUpdate: "brand_new", x: 2 },
      { sessionUpdate: "agent_message_chunk" },
      { sessionUpdate: "tool_call", title: "no id" },
      { sessionUpdate: "plan", entries: "none" },
      { sessionUpdate: 7 },
      chunk("still well"),
    ];
    const events = await play(session, turnOf(`updates ${JSON.stringify(updates)}`));
    expect(answerIn(events)).toBe("still well");
    const kinds = log
      .filter(({ message }) => message.startsWith("update of the agent is not known"))
      .map(({ fields }) => ("kind" in fields ? fields.kind : null));
    expect(kinds).toEqual(["brand_new", "agent_message_chunk", "tool_call", "plan", "7"]);
  });

  it("[W13] an agent that is deaf to a cancel is killed, and its turn is cancelled", async () => {
    const { worker, ledger } = useAgents({}, { timeouts: { ...FAST, cancelMs: 100 } });
    const session = await worker.open(newConversation(), SIGNAL);
    const events = await play(session, turnOf("deaf"), (event) => {
      if (event.type === "delta") void session.interrupt();
    });
    expect(events.at(-1)).toEqual({ type: "cancelled" });
    expect(await ledger.alive()).toEqual([]);
  });

  it("[W04] an agent that closes its output and lives on is taken for dead", async () => {
    const { session, ledger } = await openOne({ ignoresTerm: true, ignoresEof: true });
    const events = await play(session, turnOf("close-output"));
    expect(answerIn(events)).toBe("my last words");
    expect(typesIn(events)).toEqual(["accepted", "cursor", "delta"]);
    expect(await ledger.alive()).toEqual([]);
  });

  it("[W01] a second prompt while one runs is refused before the agent hears of it", async () => {
    const session = shared();
    const first = play(session, turnOf("slow"));
    await expect(play(session, turnOf("echo"))).rejects.toThrow("one turn at a time");
    await session.interrupt();
    expect((await first).at(-1)).toEqual({ type: "cancelled" });
  });

  it("what it says is logged at debug only", async () => {
    const { session, log } = await openOne();
    await play(session, turnOf("planted words"));
    const told = log.filter((line) => JSON.stringify(line).includes("planted words"));
    expect(new Set(told.map(({ level }) => level))).toEqual(new Set(["debug"]));
  });
});

describe("an agent between turns", () => {
  it("[W16] what it says is a notice, and begins and ends no turn", async () => {
    const { session, ledger } = await openOne();
    await play(session, turnOf("stray by the way"));
    await until("the notice", () => ledger.notices.length > 0);
    expect(ledger.notices.map(({ text }) => text)).toEqual(["by the way"]);
    const events = await play(session, turnOf("go on"));
    expect(answerIn(events)).toBe("You said: go on");
  });

  it("[W16] what still comes of a cancelled turn is no notice", async () => {
    const { session, ledger } = await openOne();
    await play(session, turnOf("slow-stray"), (event) => {
      if (event.type === "delta") void session.interrupt();
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await play(session, turnOf("go on"));
    expect(ledger.notices).toEqual([]);
  });

  it("[W16] its questions are declined", async () => {
    const { session } = await openOne();
    await play(session, turnOf("stray-ask rm x"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await until("it is answered", async () => {
      return answerIn(await play(session, turnOf("between"))) === "reject_once";
    });
  });
});

const FAST = { initializeMs: 20_000, sessionMs: 20_000, cancelMs: 100, stopMs: 300, quietMs: 50 };
