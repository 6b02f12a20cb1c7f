import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import {
  createCommandWorker,
  type CommandWorkerOptions,
} from "../../../workers/command/command-worker.ts";
import type { Conversation, Worker, WorkerSession } from "../../../workers/worker.ts";
import { bareEnvironment, createLedger, createTestLog, realClock, type Ledger } from "../ledger.ts";
import { newConversation } from "../turns.ts";

export interface CommandWorld {
  readonly worker: Worker;
  readonly ledger: Ledger;
  readonly log: ReturnType<typeof createTestLog>;
  /** Of all its conversations. */
  readonly workspace: string;
  conversation(): Conversation;
  open(conversation?: Conversation): Promise<WorkerSession>;
  close(): void;
}

const FRAMES = join(import.meta.dirname, "programs/frames.ts");

/** In `session` mode with the program of frames, unless told otherwise. */
export function openCommandWorld(options: Partial<CommandWorkerOptions> = {}): CommandWorld {
  const ledger = createLedger();
  const log = createTestLog();
  const workspace = mkdtempSync(join(tmpdir(), "sluice-command-"));
  const worker = createCommandWorker({
    name: "tool",
    command: process.execPath,
    args: [FRAMES],
    mode: "session",
    history: 0,
    maxProcesses: 4,
    timeoutMs: 0,
    maxOutputChars: 100_000,
    environment: bareEnvironment,
    host: ledger,
    clock: realClock,
    log,
    ...options,
  });
  const conversation = (): Conversation => ({ ...newConversation(), workspace });
  return {
    worker,
    ledger,
    log,
    workspace,
    conversation,
    open: (known = conversation()) => worker.open(known, new AbortController().signal),
    close: () => rmSync(workspace, { recursive: true, force: true }),
  };
}

/** A shell script in `oneshot` mode. */
export function shell(script: string): Partial<CommandWorkerOptions> {
  return { mode: "oneshot", command: "sh", args: ["-c", script] };
}

/** As `openCommandWorld`, for one test: afterwards no process may be left. */
export function useCommandWorld(options: Partial<CommandWorkerOptions> = {}): CommandWorld {
  const world = openCommandWorld(options);
  onTestFinished(async () => {
    await world.worker.close(300);
    const left = await world.ledger.alive();
    await world.ledger.killAll();
    world.close();
    expect(left, "processes left behind").toEqual([]);
    expect([...world.ledger.rows.values()], "rows left in the ledger").toEqual([]);
  });
  return world;
}
