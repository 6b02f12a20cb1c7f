import { describe, expect, it, onTestFinished } from "vitest";

import { createDemoWorker } from "../../../workers/demo/demo-worker.ts";
import type { DemoWorkerOptions } from "../../../workers/demo/demo-worker.ts";
import type { Worker } from "../../../workers/worker.ts";
import { workerContract } from "../contract.ts";
import type { Ledger } from "../ledger.ts";
import { bareEnvironment, createLedger, createTestLog, realClock, until } from "../ledger.ts";
import {
  answerIn,
  attachmentOf,
  isTerminal,
  message,
  newConversation,
  play,
  turnOf,
} from "../turns.ts";

const SIGNAL = new AbortController().signal;

function makeWorker(options: Partial<DemoWorkerOptions> = {}): { worker: Worker; ledger: Ledger } {
  const ledger = createLedger();
  const worker = createDemoWorker({
    host: ledger,
    clock: realClock,
    environment: bareEnvironment,
    maxProcesses: 4,
    wordMs: 5,
    log: createTestLog(),
    ...options,
  });
  return { worker, ledger };
}

/** As `makeWorker`, for one test: afterwards no process may be left. */
function useWorker(options: Partial<DemoWorkerOptions> = {}): { worker: Worker; ledger: Ledger } {
  const made = makeWorker(options);
  onTestFinished(async () => {
    await made.worker.close(200);
    const left = await made.ledger.alive();
    await made.ledger.killAll();
    expect(left, "processes left behind").toEqual([]);
  });
  return made;
}

workerContract("the demo worker", async () => ({
  ...makeWorker(),
  say: {
    several: { text: "words of a person", answer: "You said: words of a person" },
    ask: { text: "ask go on?", allowed: "Allowed: go on?", denied: "Declined: go on?" },
    endless: "slow 600",
    die: "crash",
    recall: "history",
  },
  close: async () => undefined,
}));

describe("the demo worker's processes", () => {
  it("[W11] new conversations get processes of their own up to the cap, then share", async () => {
    const { worker } = useWorker({ maxProcesses: 2 });
    const sessions = [];
    for (let at = 0; at < 5; at += 1) {
      sessions.push(await worker.open(newConversation(), SIGNAL));
    }
    const loads = worker.processes().map((one) => one.sessions);
    expect(loads.toSorted((a, b) => a - b)).toEqual([2, 3]);
    const answers = await Promise.all(
      sessions.map((session, at) => play(session, turnOf(`echo ${at}`))),
    );
    expect(answers.map(answerIn)).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("as many conversations as told share a process before another is started", async () => {
    const { worker } = useWorker({ maxProcesses: 3, sessionsPerProcess: 2 });
    for (let at = 0; at < 3; at += 1) await worker.open(newConversation(), SIGNAL);
    const loads = worker.processes().map((one) => one.sessions);
    expect(loads.toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  it("the same conversation finds its session again", async () => {
    const { worker } = useWorker();
    const conversation = newConversation();
    const first = await worker.open(conversation, SIGNAL);
    expect(await worker.open(conversation, SIGNAL)).toBe(first);
    await first.close(1000);
    expect(await worker.open(conversation, SIGNAL)).not.toBe(first);
  });

  it("one conversation's stall does not hold up others in its process", async () => {
    const { worker } = useWorker({ maxProcesses: 1 });
    const deaf = await worker.open(newConversation(), SIGNAL);
    const hung = await worker.open(newConversation(), SIGNAL);
    const well = await worker.open(newConversation(), SIGNAL);
    const stalled = [play(deaf, turnOf("deaf")), play(hung, turnOf("hang"))];
    expect(answerIn(await play(well, turnOf("echo well")))).toBe("well");
    deaf.kill();
    hung.kill();
    for (const events of await Promise.all(stalled)) expect(events.filter(isTerminal)).toEqual([]);
    // Killing them took them out of the process, and left the process to the third.
    expect(answerIn(await play(well, turnOf("echo still well")))).toBe("still well");
    expect(worker.processes()).toMatchObject([{ sessions: 1 }]);
  });

  it("a crash takes every turn of that process and no other", async () => {
    const { worker } = useWorker({ maxProcesses: 2 });
    const first = await worker.open(newConversation(), SIGNAL);
    const second = await worker.open(newConversation(), SIGNAL);
    const withFirst = await worker.open(newConversation(), SIGNAL);
    const withSecond = await worker.open(newConversation(), SIGNAL);
    expect([withFirst.marker, withSecond.marker]).toEqual([first.marker, second.marker]);
    const spared = play(first, turnOf("hang"));
    const taken = play(second, turnOf("hang"));
    await play(withSecond, turnOf("crash"));
    expect(await taken).toEqual([{ type: "accepted" }]);
    await first.interrupt();
    expect((await spared).at(-1)).toEqual({ type: "cancelled" });
    expect(worker.processes()).toHaveLength(1);
  });

  it("one that is killed from outside says so in every turn of it", async () => {
    const { worker } = useWorker({ maxProcesses: 1 });
    const session = await worker.open(newConversation(), SIGNAL);
    const events = await play(session, turnOf("hang"), ({ type }) => {
      const [one] = worker.processes();
      if (type === "accepted" && one !== undefined) process.kill(one.pid, "SIGKILL");
    });
    expect(events).toEqual([{ type: "accepted" }, { type: "killed" }]);
  });

  it("two thousand turns run at once in one process", async () => {
    const { worker } = useWorker({ maxProcesses: 1 });
    const sessions = await Promise.all(
      Array.from({ length: 2000 }, () => worker.open(newConversation(), SIGNAL)),
    );
    let accepted = 0;
    const turns = sessions.map((session) =>
      play(session, turnOf("hang"), (event) => {
        if (event.type === "accepted") accepted += 1;
      }),
    );
    await until("all run", () => accepted === 2000);
    expect(worker.processes()).toMatchObject([{ sessions: 2000 }]);
    await Promise.all(sessions.map((session) => session.interrupt()));
    const ends = await Promise.all(turns);
    expect(ends.every((events) => events.at(-1)?.type === "cancelled")).toBe(true);
  });

  it("[W12] two failed starts reject with the last words of the process", async () => {
    const environment = { ...bareEnvironment, NODE_OPTIONS: "--import=/nowhere/to-be-found.mjs" };
    const { worker, ledger } = useWorker({ environment });
    const opening = worker.open(newConversation(), SIGNAL);
    await expect(opening).rejects.toMatchObject({ code: "worker_unavailable" });
    await expect(opening).rejects.toThrow("to-be-found.mjs");
    expect(ledger.history).toHaveLength(2);
    expect(ledger.rows.size).toBe(0);
    expect(worker.processes()).toEqual([]);
  });

  it("an open that is aborted while the process starts rejects at once", async () => {
    const { worker, ledger } = useWorker();
    const abort = new AbortController();
    const opening = worker.open(newConversation(), abort.signal);
    abort.abort(new Error("no longer wanted"));
    await expect(opening).rejects.toThrow("no longer wanted");
    await until("the process is gone", () => ledger.history.length === 1 && ledger.rows.size === 0);
  });

  it("[W03] a deaf process is killed after the grace", async () => {
    const { worker, ledger } = useWorker();
    const session = await worker.open(newConversation(), SIGNAL);
    let isAccepted = false;
    const events = play(session, turnOf("deaf"), () => {
      isAccepted = true;
    });
    await until("it is deaf", () => isAccepted);
    await session.interrupt();
    const begunAt = performance.now();
    await worker.close(300);
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(295);
    expect(await ledger.alive()).toEqual([]);
    expect(await events).toEqual([{ type: "accepted" }]);
  });

  it("[W03] what an agent left behind ends with it", async () => {
    const { worker, ledger } = useWorker();
    const session = await worker.open(newConversation(), SIGNAL);
    await play(session, turnOf("orphan"));
    expect(await ledger.alive()).toHaveLength(2);
    await session.close(1000);
    expect(await ledger.alive()).toEqual([]);
  });

  it("[W02] a process carries the marker of its boot and is in the ledger as the system knows it", async () => {
    const { worker, ledger } = useWorker();
    await worker.open(newConversation(), SIGNAL);
    const [row] = ledger.rows.values();
    const [one] = await ledger.alive();
    expect(row).toEqual({
      pid: one?.pid,
      startTime: one?.startTime,
      boot: ledger.boot,
      marker: `${ledger.marker}.demo-1`,
    });
    expect(one).toMatchObject({ marker: row?.marker, group: one?.pid });
  });

  it("a process that cannot be put in the ledger is ended and not used", async () => {
    const ledger = createLedger();
    const host = { ...ledger, started: async () => Promise.reject(new Error("store is full")) };
    const { worker } = useWorker({ host });
    await expect(worker.open(newConversation(), SIGNAL)).rejects.toThrow("store is full");
    expect(await ledger.alive()).toEqual([]);
  });
});

describe("steering the demo worker", () => {
  it("[B02] a steered message is woven into a running answer", async () => {
    const { worker } = useWorker();
    const session = await worker.open(newConversation(), SIGNAL);
    const taken: Promise<boolean>[] = [];
    const events = await play(session, turnOf("slow 0.6"), (event) => {
      if (event.type === "delta" && taken.length === 0) {
        taken.push(session.steer(message("mind the gap")));
      }
    });
    expect(await Promise.all(taken)).toEqual([true]);
    expect(answerIn(events)).toContain("(steered: mind the gap)");
  });

  it("[B02] a steered file is told by its name", async () => {
    const { worker } = useWorker();
    const session = await worker.open(newConversation(), SIGNAL);
    const file = attachmentOf("a.txt", { path: "/a.txt", problem: null, size: 5 });
    let isSteered = false;
    const events = await play(session, turnOf("slow 0.6"), (event) => {
      if (event.type !== "delta" || isSteered) return;
      isSteered = true;
      void session.steer({ ...message(""), attachments: [file] });
    });
    expect(answerIn(events)).toContain("(steered: [a.txt])");
  });

  it("[B02] a turn that does not listen does not take a steered message", async () => {
    const { worker } = useWorker();
    const session = await worker.open(newConversation(), SIGNAL);
    const taken: Promise<boolean>[] = [];
    await play(session, turnOf("tool 0.2"), (event) => {
      if (event.type === "tool_started") taken.push(session.steer(message("more")));
    });
    expect(await Promise.all(taken)).toEqual([false]);
  });

  it("a steered message to a process that dies is not taken", async () => {
    const { worker } = useWorker();
    const session = await worker.open(newConversation(), SIGNAL);
    const taken: Promise<boolean>[] = [];
    await play(session, turnOf("slow 60"), (event) => {
      if (event.type !== "accepted") return;
      for (const { pid } of worker.processes()) process.kill(pid, "SIGSTOP");
      taken.push(session.steer(message("anybody there?")));
      for (const { pid } of worker.processes()) process.kill(pid, "SIGKILL");
    });
    expect(await Promise.all(taken)).toEqual([false]);
  });
});
