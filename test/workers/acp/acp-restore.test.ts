import { describe, expect, it } from "vitest";

import type { SessionId, TurnId } from "../../../sessions/ids.ts";
import type { TranscriptEntry } from "../../../sessions/transcript.ts";
import type { Conversation, WorkerEvent, WorkerSession } from "../../../workers/worker.ts";
import type { Knobs } from "../../fakes/acp-agent/knobs.ts";
import { until } from "../ledger.ts";
import { answerIn, assistantEntry, play, turnOf, userEntry } from "../turns.ts";
import { SIGNAL, useAgents, useConversation, useFolder } from "./agents.ts";

/** What the last `cursor` of these events holds. */
function cursorIn(events: readonly WorkerEvent[]): unknown {
  const last = events.findLast((event) => event.type === "cursor");
  return last?.type === "cursor" ? last.value : null;
}

interface Past {
  readonly conversation: Conversation;
  readonly memory: string;
}

/** A conversation of two answered messages whose process has ended. */
async function usePast(knobs: Knobs = {}): Promise<Past> {
  const memory = useFolder();
  const { worker } = useAgents({ memory, ...knobs });
  const conversation = useConversation();
  const session = await worker.open(conversation, SIGNAL);
  await play(session, turnOf("alpha"));
  const events = await play(session, turnOf("beta"));
  await session.close(1000);
  return { memory, conversation: { ...conversation, cursor: cursorIn(events) } };
}

const transcript = [userEntry("alpha"), assistantEntry("You said: alpha")];

async function reopen(past: Past, knobs: Knobs, cursor: unknown = past.conversation.cursor) {
  const agents = useAgents({ memory: past.memory, ...knobs });
  const session = await agents.worker.open({ ...past.conversation, cursor }, SIGNAL);
  return { ...agents, session };
}

async function isNew(session: WorkerSession): Promise<boolean> {
  const told = answerIn(await play(session, turnOf("history", { transcript })));
  return told.includes("[earlier in this conversation]") && told.includes("You said: alpha");
}

describe("the cursor of a conversation", () => {
  it("is told before the prompt is sent, and again when it was answered", async () => {
    const { worker } = useAgents();
    const conversation = useConversation();
    const session = await worker.open(conversation, SIGNAL);
    const turn = turnOf("hello");
    const events = await play(session, turn);
    const cursors = events.flatMap((event) => (event.type === "cursor" ? [event.value] : []));
    const same = { agent: "scripted", cwd: conversation.workspace, turn: turn.turn };
    expect(cursors).toMatchObject([
      { ...same, entries: 0 },
      { ...same, entries: 1 },
    ]);
    expect(events[1]?.type).toBe("cursor");
    expect(events.at(-2)?.type).toBe("cursor");
  });

  it("does not count what was cancelled", async () => {
    const { worker } = useAgents();
    const session = await worker.open(useConversation(), SIGNAL);
    const events = await play(session, turnOf("slow"), (event) => {
      if (event.type === "delta") void session.interrupt();
    });
    expect(cursorIn(events)).toMatchObject({ entries: 0 });
  });
});

describe("a conversation that goes on in another process", () => {
  it.each([
    ["is resumed where the agent can", { canResume: true, canLoad: true }],
    ["is loaded where it can only do that", { canLoad: true }],
  ])("[W06] %s, and nothing is told twice", async (_, knobs) => {
    const past = await usePast();
    const { session } = await reopen(past, knobs);
    expect(answerIn(await play(session, turnOf("remembered", { transcript })))).toBe(
      "user: alpha | agent: You said: alpha | user: beta | agent: You said: beta | user: remembered",
    );
  });

  it("[W07] nothing that a load repeats reaches the chat, not even what comes after its answer", async () => {
    const past = await usePast();
    const { session, ledger } = await reopen(past, { canLoad: true, replaysLateMs: 20 });
    const events = await play(session, turnOf(`updates [{"pause":150}]`));
    expect(events.map(({ type }) => type)).toEqual(["accepted", "cursor", "cursor", "completed"]);
    expect(answerIn(await play(session, turnOf("remembered")))).toContain("user: alpha | agent");
    expect(ledger.notices).toEqual([]);
  });

  it.each([
    ["the agent can neither resume nor load", {}],
    ["it is refused", { canLoad: true, canResume: true, memory: "/tmp/none" }],
    [
      "its load succeeds and is empty",
      { canLoad: true, unknownSession: "empty", memory: "/tmp/none" },
    ],
    ["its replay is shorter than what it had answered", { canLoad: true, forgets: 1 }],
    ["it is of another agent", { canLoad: true, name: "another" }],
    ["the load fails", { canLoad: true, refuse: { at: "load", code: 1, message: "odd" } }],
  ] as const)("[W06] begins anew, told of what was said before, when %s", async (_, knobs) => {
    const past = await usePast();
    const memory = "memory" in knobs ? useFolder() : past.memory;
    const { session } = await reopen(past, { ...knobs, memory });
    expect(await isNew(session)).toBe(true);
    // Once is enough.
    expect(answerIn(await play(session, turnOf("history", { transcript })))).toBe("history");
  });

  it("[W06] is loaded where a resume fails", async () => {
    const past = await usePast();
    const refuse = { at: "resume", code: -32601, message: "no" } as const;
    const { session } = await reopen(past, { canLoad: true, canResume: true, refuse });
    expect(await isNew(session)).toBe(false);
  });

  it("[W06] begins anew in another folder, or with a cursor that is none", async () => {
    const past = await usePast();
    const { worker } = useAgents({ memory: past.memory, canLoad: true });
    const moved = {
      ...past.conversation,
      session: "ses_moved" as SessionId,
      workspace: useFolder(),
    };
    expect(await isNew(await worker.open(moved, SIGNAL))).toBe(true);
    const odd = { ...past.conversation, cursor: { sessionId: 7 } };
    expect(await isNew(await worker.open(odd, SIGNAL))).toBe(true);
  });

  it("[W06] a killed process's conversation goes on, cut turn and all", async () => {
    const memory = useFolder();
    const { worker, ledger } = useAgents({ memory, canLoad: true });
    const conversation = useConversation();
    const first = await worker.open(conversation, SIGNAL);
    await play(first, turnOf("alpha"));
    const cut = await play(first, turnOf("slow"), (event) => {
      if (event.type === "delta") first.kill();
    });
    await until("it is gone", () => ledger.rows.size === 0);
    const session = await worker.open({ ...conversation, cursor: cursorIn(cut) }, SIGNAL);
    const note = { cause: "worker_lost", text: "[restart note] You were cut." } as const;
    const told = answerIn(await play(session, turnOf("remembered", { transcript, note })));
    expect(told).toMatch(/^user: alpha \| agent: You said: alpha \| user: slow \| agent: word /);
    expect(told).toContain("[restart note] You were cut.");
    expect(told).not.toContain("[earlier in this conversation]");
  });

  it("is told what another agent said meanwhile, and only that", async () => {
    const past = await usePast();
    const { session } = await reopen(past, { canResume: true });
    const of = (entry: TranscriptEntry, turn: string): TranscriptEntry => ({
      ...entry,
      turn: turn as TurnId,
    });
    const { turn } = past.conversation.cursor as { turn: string };
    const entries = [
      of(userEntry("beta"), turn),
      of(assistantEntry("You said: beta"), turn),
      of(userEntry("for the other"), "trn_other"),
      of(assistantEntry("the other's answer"), "trn_other"),
    ];
    const told = answerIn(await play(session, turnOf("history", { transcript: entries })));
    expect(told).toContain("[meanwhile in this conversation]");
    expect(told).toContain("the other's answer");
    expect(told).not.toContain("You said: beta");
  });

  it("after an approval is told what was approved, and its message only where the agent lost it", async () => {
    const memory = useFolder();
    const { worker, ledger } = useAgents({ memory, canLoad: true });
    const conversation = useConversation();
    const first = await worker.open(conversation, SIGNAL);
    await play(first, turnOf("alpha"));
    const cut = await play(first, turnOf("ask rm x"), (event) => {
      if (event.type === "ask") first.kill();
    });
    await until("it is gone", () => ledger.rows.size === 0);
    const cursor = cursorIn(cut);
    const grants = ["execute: rm x"];

    const knowing = await worker.open({ ...conversation, cursor }, SIGNAL);
    const kept = answerIn(await play(knowing, turnOf("ask rm x", { grants })));
    expect(kept).toContain("- execute: rm x");
    expect(kept).toContain("do it now");
    expect(kept).not.toContain("This is what you were asked");
    await knowing.close(1000);

    const forgetful = useAgents({ memory, canLoad: true, forgets: 2 });
    const lost = await forgetful.worker.open({ ...conversation, cursor }, SIGNAL);
    const events = await play(lost, turnOf("ask rm x", { grants }));
    // Its message is the last text, and so the script: the grant answers what it asks.
    expect(events.filter(({ type }) => type === "ask")).toEqual([]);
    expect(answerIn(events)).toBe("Allowed: rm x (allow_once)");
  });
});
