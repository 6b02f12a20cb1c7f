import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, onTestFinished } from "vitest";

import { createAcpWorker } from "../../../workers/acp/acp-worker.ts";
import type { AcpWorkerOptions } from "../../../workers/acp/acp-worker.ts";
import type { Conversation, Worker, WorkerSession } from "../../../workers/worker.ts";
import type { Knobs } from "../../fakes/acp-agent/knobs.ts";
import type { Ledger, LogLine } from "../ledger.ts";
import { bareEnvironment, createLedger, createTestLog, realClock } from "../ledger.ts";
import { newConversation } from "../turns.ts";

export const SIGNAL = new AbortController().signal;
export const AGENT = join(import.meta.dirname, "../../fakes/acp-agent/agent.ts");

export const TIMEOUTS = {
  initializeMs: 20_000,
  sessionMs: 20_000,
  cancelMs: 5000,
  stopMs: 3000,
  quietMs: 50,
};

export interface Agents {
  readonly worker: Worker;
  readonly ledger: Ledger;
  readonly log: readonly LogLine[];
}

export function makeAgents(knobs: Knobs = {}, options: Partial<AcpWorkerOptions> = {}): Agents {
  const ledger = createLedger();
  const log = createTestLog();
  const worker = createAcpWorker({
    name: "scripted",
    command: [process.execPath, AGENT, JSON.stringify(knobs)],
    host: ledger,
    clock: realClock,
    log,
    environment: bareEnvironment,
    maxProcesses: 4,
    idleMs: 60_000,
    offers: { files: true, terminals: true },
    timeouts: TIMEOUTS,
    ...options,
  });
  return { worker, ledger, log: log.lines };
}

/** As `makeAgents`, for one test: afterwards no process may be left. */
export function useAgents(knobs: Knobs = {}, options: Partial<AcpWorkerOptions> = {}): Agents {
  const made = makeAgents(knobs, options);
  onTestFinished(async () => {
    await made.worker.close(500);
    const left = await made.ledger.alive();
    await made.ledger.killAll();
    expect(left, "processes left behind").toEqual([]);
    expect([...made.ledger.rows.values()], "rows left in the ledger").toEqual([]);
  });
  return made;
}

export async function openOne(knobs: Knobs = {}): Promise<Agents & { session: WorkerSession }> {
  const agents = useAgents(knobs);
  return { ...agents, session: await agents.worker.open(newConversation(), SIGNAL) };
}

/** One agent for all tests of a file that want nothing special: what it is told is the same as to a fresh one. */
export function shareAgent(): () => WorkerSession {
  let agents: Agents;
  let session: WorkerSession;
  beforeAll(async () => {
    agents = makeAgents();
    session = await agents.worker.open(newConversation(), SIGNAL);
  });
  afterAll(async () => {
    await agents.worker.close(500);
    const left = await agents.ledger.alive();
    await agents.ledger.killAll();
    expect(left, "processes left behind").toEqual([]);
  });
  return () => session;
}

export function useFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sluice-acp-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A conversation with a folder of its own. */
export function useConversation(): Conversation {
  return { ...newConversation(), workspace: useFolder() };
}
