import { chmodSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { bareEnvironment, createTestLog, until } from "../ledger.ts";
import {
  answerIn,
  assistantEntry,
  attachmentOf,
  entryOf,
  play,
  turnOf,
  typesIn,
  userEntry,
} from "../turns.ts";
import type { WorkerEvent } from "../../../workers/worker.ts";
import { shell, useCommandWorld } from "./world.ts";

function failureIn(events: readonly WorkerEvent[]): string {
  const last = events.at(-1);
  if (last?.type !== "failed") throw new Error(`it did not fail: ${JSON.stringify(last)}`);
  return last.error;
}

describe("a oneshot program", () => {
  it("[W15] reads the message, and what it prints is the answer, empty lines and all", async () => {
    const { open, worker } = useCommandWorld({ mode: "oneshot", command: "cat", args: [] });
    const session = await open();
    const events = await play(session, turnOf(["a\n\nü🚀", "b"]));
    expect(answerIn(events)).toBe("a\n\nü🚀\n\nb\n");
    expect(events.at(-1)).toEqual({ type: "completed", reason: "end_turn" });
    expect(worker.processes()).toEqual([]);
  });

  it("[W15] reads a note before the message, files by their paths, and earlier entries if it is to", async () => {
    const note = { cause: "crash", text: "[note]" } as const;
    const attachments = [
      attachmentOf("a.txt", { path: "/tmp/a.txt", problem: null, size: 1 }),
      attachmentOf("b.txt", { path: null, problem: "too large", size: 1 }),
    ];
    const tool = entryOf({
      kind: "tool",
      call: "c",
      name: "read",
      input: "x",
      state: "done",
      result: "42",
    });
    const transcript = [userEntry("old"), userEntry("hi"), assistantEntry("ho", true), tool];
    const turn = turnOf("now", { note, attachments, transcript });
    const cat = { mode: "oneshot", command: "cat", args: [] } as const;
    expect(answerIn(await play(await useCommandWorld(cat).open(), turn))).toBe(
      "[note]\n\nnow\n[attached: a.txt, /tmp/a.txt]\n[attached: b.txt, not here: too large]\n",
    );
    const { open } = useCommandWorld({ ...cat, history: 3 });
    expect(answerIn(await play(await open(), turn))).toBe(
      "[earlier in this conversation]\n\nYou: hi\n\nyou (cut short): ho\n\ntool read(x), done: 42\n\n" +
        "[the message to answer]\n\n[note]\n\nnow\n[attached: a.txt, /tmp/a.txt]\n" +
        "[attached: b.txt, not here: too large]\n",
    );
    expect(answerIn(await play(await open(), turnOf([], { transcript })))).toMatch(/hi\n$/);
  });

  it("[W02] works in its workspace with the environment it is given and nothing else", async () => {
    const environment = { ...bareEnvironment, GIVEN: "yes" };
    const world = useCommandWorld({ ...shell("pwd; env"), environment });
    const session = await world.open();
    const lines = answerIn(await play(session, turnOf("x")))
      .trim()
      .split("\n");
    expect(lines[0]).toBe(realpathSync(world.workspace));
    const names = lines.slice(1).map((line) => line.split("=")[0] ?? "");
    expect(new Set(names.filter((name) => name !== "_"))).toEqual(
      new Set(["GIVEN", "PATH", "PWD", "SLUICE_WORKER"]),
    );
    expect(lines).toContain(`SLUICE_WORKER=${session.marker}`);
  });

  it("[W15] an exit code fails the turn with the last lines of stderr, secrets masked", async () => {
    const environment = { ...bareEnvironment, API_KEY: "sk-very-secret" };
    const script = 'seq 1 30 >&2; echo "key $API_KEY" >&2; echo partly; exit 3';
    const { open } = useCommandWorld({ ...shell(script), environment });
    const events = await play(await open(), turnOf("x"));
    expect(answerIn(events)).toBe("partly\n");
    expect(failureIn(events)).toMatch(
      /^The program of tool ended with exit code 3 saying:\n12\n[^]*30\nkey \*\*\*$/,
    );
    const silent = useCommandWorld(shell("exit 1"));
    expect(failureIn(await play(await silent.open(), turnOf("x")))).toContain("without a word");
  });

  it("that is killed from outside says so, and a shell whose program was", async () => {
    const killed = useCommandWorld(shell("echo partly; kill -9 $$"));
    const events = await play(await killed.open(), turnOf("x"));
    expect(typesIn(events)).toEqual(["accepted", "delta", "killed"]);
    const inside = useCommandWorld(shell("sh -c 'kill -9 $$'; exit $?"));
    expect(failureIn(await play(await inside.open(), turnOf("x")))).toContain(
      "ended with exit code 137 (killed from outside, perhaps because memory ran out)",
    );
  });

  it("streams what it prints as it comes, and needs not read", async () => {
    const { open } = useCommandWorld(shell("echo 1; sleep 0.4; echo 2"));
    const events = await play(await open(), turnOf("x".repeat(1_000_000)));
    expect(typesIn(events)).toEqual(["accepted", "delta", "delta", "completed"]);
  });

  it("garbage on its output is an answer, and stops nothing", async () => {
    const { open } = useCommandWorld(shell("head -c 50000 /dev/urandom; echo end"));
    const events = await play(await open(), turnOf("x"));
    expect(events.at(-1)?.type).toBe("completed");
    expect(answerIn(events)).toMatch(/end\n$/);
  });

  it("[W15] a too long answer is cut and told, and the program ended", async () => {
    const { open, ledger } = useCommandWorld({ ...shell("yes"), maxOutputChars: 1000 });
    const events = await play(await open(), turnOf("x"));
    expect(answerIn(events)).toHaveLength(1000);
    expect(failureIn(events)).toContain("its answer is longer than 1000 characters");
    expect(await ledger.alive()).toEqual([]);
  });

  it("[W15] a too long turn is told, and a program that is deaf to TERM killed", async () => {
    const script = "trap '' TERM; echo up; while :; do sleep 0.05; done";
    const { open, ledger } = useCommandWorld({ ...shell(script), timeoutMs: 300 });
    const session = await open();
    const turn = play(session, turnOf("x"));
    await until("it runs", async () => (await ledger.alive()).length > 0);
    expect(failureIn(await turn)).toContain("it took longer than 0.3 s");
    expect(await ledger.alive()).toEqual([]);
  });

  it("[W03] what it left behind in its group or with its marker ends with it", async () => {
    const { open, ledger } = useCommandWorld(shell("sleep 60 & setsid sleep 60 & echo up"));
    const events = await play(await open(), turnOf("x"));
    expect(answerIn(events)).toBe("up\n");
    expect(await ledger.alive()).toEqual([]);
  });

  it("[W11] turns beyond the cap have been accepted, wait in order, and can be stopped", async () => {
    const { open, ledger, worker } = useCommandWorld({
      ...shell("sleep 0.2; cat"),
      maxProcesses: 1,
    });
    const ended: string[] = [];
    const run = async (text: string): Promise<readonly WorkerEvent[]> => {
      const session = await open();
      const events = await play(session, turnOf(text), (event) => {
        if (event.type === "accepted" && text === "stopped") void session.interrupt();
      });
      ended.push(text);
      return events;
    };
    const all = await Promise.all(["first", "stopped", "second", "third"].map(run));
    expect(all.map((events) => typesIn(events)[0])).toEqual(Array(4).fill("accepted"));
    for (const events of all) {
      expect(events.filter(({ type }) => type === "accepted")).toHaveLength(1);
    }
    expect(ended).toEqual(["stopped", "first", "second", "third"]);
    expect(all[1]?.at(-1)).toEqual({ type: "cancelled" });
    expect(ledger.history).toHaveLength(3);
    expect(worker.processes()).toEqual([]);
  });

  it("a next turn waits for the end of the last one's process", async () => {
    const script = `read -r w; trap 'sleep 0.3; exit 0' TERM; echo up
      while [ $w = stop ]; do sleep 0.02; done; sleep 0.6; echo $w`;
    const { open } = useCommandWorld(shell(script));
    const session = await open();
    for await (const event of session.prompt(turnOf("stop"))) if (event.type === "delta") break;
    expect(answerIn(await play(session, turnOf("next")))).toBe("up\nnext\n");
  });
});

describe("a program that cannot be started", () => {
  const openWith = async (command: string): Promise<unknown> => {
    const world = useCommandWorld({ mode: "oneshot", command, args: [] });
    return world.open().then(
      () => null,
      (error: unknown) => error,
    );
  };

  it("is told when it is not there, not to be executed, or a directory", async () => {
    const { workspace } = useCommandWorld();
    const plain = join(workspace, "plain");
    writeFileSync(plain, "#!/bin/sh\n");
    chmodSync(plain, 0o644);
    mkdirSync(join(workspace, "folder"));
    expect(await openWith("no-such-agent")).toMatchObject({
      code: "worker_unavailable",
      message: `Cannot start no-such-agent, the program of tool: it is in none of ${bareEnvironment["PATH"]}: install it, name it by its whole path, or start the gateway with a PATH that has it`,
    });
    expect(await openWith("/nowhere/agent")).toMatchObject({
      message: expect.stringContaining("there is no such file: install it") as unknown,
    });
    // Root may do anything but this, too.
    expect(await openWith(plain)).toMatchObject({
      message: expect.stringContaining(`${plain} may not be executed: run chmod +x`) as unknown,
    });
    expect(await openWith(join(workspace, "folder"))).toMatchObject({
      message: expect.stringContaining("is a directory: name the program in it") as unknown,
    });
  });

  it("is told with its workspace when that is gone", async () => {
    const world = useCommandWorld(shell("echo"));
    const session = await world.open({ ...world.conversation(), workspace: "/nowhere" });
    const events = await play(session, turnOf("x"));
    expect(failureIn(events)).toContain("Cannot start sh, the program of tool, in /nowhere:");
    expect(typesIn(events)).toEqual(["failed"]);
    expect(world.worker.processes()).toEqual([]);
  });

  it("is ended when it cannot be put in the ledger", async () => {
    const world = useCommandWorld();
    const host = { ...world.ledger, started: () => Promise.reject(new Error("store is full")) };
    const { open } = useCommandWorld({ host, log: createTestLog() });
    expect(failureIn(await play(await open(), turnOf("x")))).toContain("store is full");
    expect(await world.ledger.alive()).toEqual([]);
  });
});
