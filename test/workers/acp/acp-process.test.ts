import { describe, expect, it } from "vitest";

import type { Clock } from "../../../sessions/clock.ts";
import type { WorkerSession } from "../../../workers/worker.ts";
import { bareEnvironment, realClock, until } from "../ledger.ts";
import { answerIn, isTerminal, newConversation, play, turnOf } from "../turns.ts";
import { openOne, SIGNAL, TIMEOUTS, useAgents, useConversation } from "./agents.ts";

/** Time runs so much faster. */
function fastClock(factor: number): Clock {
  return {
    now: () => realClock.now() * factor,
    monotonic: () => realClock.monotonic() * factor,
    timer: (ms, action) => realClock.timer(ms / factor, action),
  };
}

describe("the start of an agent", () => {
  it("[W02] its process inherits what is allowed and its marker, works in the workspace, and leads a group", async () => {
    const environment = { ...bareEnvironment, GREETING: "hello" };
    const { worker, ledger } = useAgents({}, { environment });
    const conversation = useConversation();
    const session = await worker.open(conversation, SIGNAL);
    const seen: unknown = JSON.parse(answerIn(await play(session, turnOf("environment"))));
    expect(seen).toEqual({
      PATH: bareEnvironment["PATH"],
      GREETING: "hello",
      SLUICE_WORKER: `${ledger.marker}.scripted-1`,
      cwd: conversation.workspace,
    });
    expect(session.marker).toBe(`${ledger.marker}.scripted-1`);
    const [one] = await ledger.alive();
    expect(one?.group).toBe(one?.pid);
  });

  it("[W12] that fails twice is told with the agent's last words", async () => {
    const { worker, ledger } = useAgents({ crashAt: "initialize" });
    const opening = worker.open(newConversation(), SIGNAL);
    await expect(opening).rejects.toMatchObject({ code: "worker_unavailable" });
    await expect(opening).rejects.toThrow(
      "Cannot start the agent scripted: its process ended (exit code 3), saying:\nscripted agent: crashed at initialize, as asked for",
    );
    expect(ledger.history).toHaveLength(2);
    expect(worker.processes()).toEqual([]);
  });

  it("[W12] that fails once is tried again", async () => {
    const memory = useConversation().workspace;
    const { worker, ledger } = useAgents({ crashAt: "new", crashTimes: 1, memory });
    const session = await worker.open(newConversation(), SIGNAL);
    expect(answerIn(await play(session, turnOf("hello")))).toBe("You said: hello");
    expect(ledger.history).toHaveLength(2);
  });

  it.each([
    ["initialize", "it did not answer initialize within 20 s", 100],
    ["new", "it did not answer session/new within 60 s", 60],
  ] as const)("[W05] that hangs at %s is given up: %s", async (hangAt, words, factor) => {
    const initializeMs = hangAt === "initialize" ? 20_000 : 300_000;
    const timeouts = { ...TIMEOUTS, initializeMs, sessionMs: 60_000 };
    const { worker, ledger } = useAgents({ hangAt }, { clock: fastClock(factor), timeouts });
    await expect(worker.open(newConversation(), SIGNAL)).rejects.toThrow(words);
    expect(await ledger.alive()).toEqual([]);
  });

  it("of another version of the protocol is refused at once", async () => {
    const { worker, ledger } = useAgents({ version: 2 });
    await expect(worker.open(newConversation(), SIGNAL)).rejects.toThrow(
      "it speaks version 2 of the Agent Client Protocol, and only 1 is spoken here: install an older version of the agent",
    );
    expect(ledger.history).toHaveLength(1);
  });

  it("of one that is not logged in says so, and how it could be", async () => {
    const refuse = { at: "new", code: -32000, message: "Authentication required" } as const;
    const { worker } = useAgents({ refuse });
    await expect(worker.open(newConversation(), SIGNAL)).rejects.toThrow(
      "it is not logged in (it offers: Log in with a browser): log in with the agent's own command",
    );
  });

  it("of one that is not installed says so", async () => {
    const { worker } = useAgents({}, { command: ["no-such-agent-anywhere", "acp"] });
    await expect(worker.open(newConversation(), SIGNAL)).rejects.toThrow(
      "there is no program no-such-agent-anywhere: install it",
    );
  });

  it("in a workspace that is not there says so", async () => {
    const { worker } = useAgents();
    const conversation = { ...newConversation(), workspace: "/nowhere/at/all" };
    await expect(worker.open(conversation, SIGNAL)).rejects.toThrow(
      "its workspace /nowhere/at/all is not there",
    );
  });

  it("of a program that is no agent says so", async () => {
    const { worker } = useAgents({}, { command: ["sh", "-c", "echo usage: agent"] });
    await expect(worker.open(newConversation(), SIGNAL)).rejects.toThrow("its process ended");
  });

  it("that is aborted while it hangs leaves nothing", async () => {
    const { worker, ledger } = useAgents({ hangAt: "new" });
    const abort = new AbortController();
    const opening = worker.open(newConversation(), abort.signal);
    await until("it runs", () => ledger.rows.size === 1);
    abort.abort(new Error("no longer wanted"));
    await expect(opening).rejects.toThrow("no longer wanted");
    expect(await ledger.alive()).toEqual([]);
  });

  it("that is under way when the worker closes is ended", async () => {
    const { worker, ledger } = useAgents({ hangAt: "initialize" });
    const opening = worker.open(newConversation(), SIGNAL);
    const refused = expect(opening).rejects.toMatchObject({ code: "worker_unavailable" });
    await until("it runs", () => ledger.rows.size === 1);
    await worker.close(100);
    await refused;
    expect(await ledger.alive()).toEqual([]);
  });
});

describe("the end of an agent", () => {
  it("[W03] one that ignores EOF and TERM is killed after the grace", async () => {
    const { session, ledger } = await openOne({ ignoresEof: true, ignoresTerm: true });
    const begunAt = performance.now();
    await session.close(300);
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(295);
    expect(await ledger.alive()).toEqual([]);
  });

  it.each(["ignoresEof", "ignoresTerm"] as const)(
    "[W03] one that %s leaves at the other",
    async (which) => {
      const { session, ledger } = await openOne({ [which]: true });
      const begunAt = performance.now();
      await session.close(5000);
      expect(performance.now() - begunAt).toBeLessThan(4000);
      expect(await ledger.alive()).toEqual([]);
    },
  );

  it("[W03] what it left behind in a group of its own ends with it", async () => {
    const { session, ledger } = await openOne();
    await play(session, turnOf("orphan"));
    expect(await ledger.alive()).toHaveLength(2);
    session.kill();
    await until("nothing is left", async () => (await ledger.alive()).length === 0);
  });

  it("[W03] what it left behind ends when it crashes, before its turn is over", async () => {
    const { session, ledger } = await openOne();
    await play(session, turnOf("orphan"));
    const events = await play(session, turnOf("crash"));
    expect(events.filter(isTerminal)).toEqual([]);
    expect(await ledger.alive()).toEqual([]);
  });

  it("[W12] one that is killed from outside says so, and the third time why that may be", async () => {
    const { worker } = useAgents({});
    const conversation = newConversation();
    const die = async () => {
      const session = await worker.open(conversation, SIGNAL);
      return play(session, turnOf("slow 60"), ({ type }) => {
        const [one] = worker.processes();
        if (type === "accepted" && one !== undefined) process.kill(one.pid, "SIGKILL");
      });
    };
    const first = await die();
    expect(first.at(-1)).toEqual({ type: "killed" });
    expect(first.filter(isTerminal)).toEqual([]);
    await die();
    const last = (await die()).at(-1);
    expect(last?.type === "failed" ? last.error : "").toContain(
      "the last time with SIGKILL: killed from outside, perhaps because memory ran out",
    );
  });

  it("[W12] the third crash within ten minutes fails the turn, with the last words and no secret", async () => {
    const environment = { ...bareEnvironment, MY_API_KEY: "planted-secret-value" };
    const { worker, log } = useAgents({}, { environment });
    const conversation = newConversation();
    const crash = async () => {
      const session = await worker.open(conversation, SIGNAL);
      return (await play(session, turnOf("crash MY_API_KEY"))).at(-1);
    };
    expect(await crash()).toMatchObject({ type: "cursor" });
    expect(await crash()).toMatchObject({ type: "cursor" });
    const last = await crash();
    expect(last).toMatchObject({ type: "failed", canRetry: false });
    const error = last?.type === "failed" ? last.error : "";
    expect(error).toContain("the agent scripted crashed 3 times within 10 minutes");
    expect(error).toContain("scripted agent: crashed, as asked for; ***");
    expect(JSON.stringify([error, log])).not.toContain("planted-secret-value");
  });
});

describe("the cap on processes", () => {
  it("[W11] the one that is idle for longest makes room", async () => {
    const { worker, ledger } = useAgents({}, { maxProcesses: 2 });
    const all = [newConversation(), newConversation(), newConversation()];
    const [a, b, c] = all;
    if (a === undefined || b === undefined || c === undefined) throw new Error("three");
    const say = async (conversation: typeof a): Promise<WorkerSession> => {
      const session = await worker.open(conversation, SIGNAL);
      await play(session, turnOf("hello"));
      return session;
    };
    const first = await say(a);
    const second = await say(b);
    await say(a);
    await say(c);
    expect(worker.processes()).toHaveLength(2);
    expect((await ledger.alive()).length).toBe(2);
    expect(await play(second, turnOf("gone?"))).toEqual([]);
    expect(answerIn(await play(first, turnOf("here?")))).toBe("You said: here?");
  });

  it("[W11] one that works is left alone: who comes waits, first come first served", async () => {
    const { worker, ledger } = useAgents({}, { maxProcesses: 1 });
    const busy = await worker.open(newConversation(), SIGNAL);
    const running = play(busy, turnOf("slow"));
    const order: number[] = [];
    const others = [1, 2, 3].map(async (number) => {
      const session = await worker.open(newConversation(), SIGNAL);
      order.push(number);
      return answerIn(await play(session, turnOf(`I am ${number}`)));
    });
    const abort = new AbortController();
    const impatient = worker.open(newConversation(), abort.signal);
    abort.abort(new Error("no longer wanted"));
    await expect(impatient).rejects.toThrow("no longer wanted");
    expect(ledger.history).toHaveLength(1);
    await busy.interrupt();
    expect((await running).at(-1)).toEqual({ type: "cancelled" });
    expect(await Promise.all(others)).toEqual(
      [1, 2, 3].map((number) => `You said: I am ${number}`),
    );
    expect(order).toEqual([1, 2, 3]);
  });

  it("[W11] one that is idle for long is stopped, counted from the end of its turn", async () => {
    const { worker, ledger } = useAgents({}, { idleMs: 300 });
    const session = await worker.open(newConversation(), SIGNAL);
    const begunAt = performance.now();
    await play(session, turnOf(`updates [{"pause":500}]`));
    expect(performance.now() - begunAt).toBeGreaterThan(500);
    expect(worker.processes()).toHaveLength(1);
    await until("it is stopped", () => ledger.rows.size === 0);
  });

  it("[W11] twelve conversations take turns in three processes, and none is left", async () => {
    const { worker, ledger } = useAgents({}, { maxProcesses: 3 });
    let most = 0;
    const all = Array.from({ length: 12 }, (_, at) => at).map(async (at) => {
      const session = await worker.open(newConversation(), SIGNAL);
      most = Math.max(most, worker.processes().length);
      return answerIn(await play(session, turnOf(`I am ${at}`)));
    });
    expect(await Promise.all(all)).toEqual(all.map((_, at) => `You said: I am ${at}`));
    expect(most).toBe(3);
    await worker.close(500);
    expect(await ledger.alive()).toEqual([]);
  });

  it("the same conversation finds its process, and another one waits for its end", async () => {
    const { worker, ledger } = useAgents({ ignoresEof: true, ignoresTerm: true });
    const conversation = newConversation();
    const first = await worker.open(conversation, SIGNAL);
    expect(await worker.open(conversation, SIGNAL)).toBe(first);
    void first.close(800);
    const second = await worker.open(conversation, SIGNAL);
    expect(second).not.toBe(first);
    expect(await ledger.alive()).toHaveLength(1);
  });
});
