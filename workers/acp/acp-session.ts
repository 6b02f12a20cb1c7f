import type { ContentBlock } from "@agentclientprotocol/sdk";

import type { Clock } from "../../sessions/clock.ts";
import { textOf } from "../../sessions/errors.ts";
import type { ChildEnd } from "../process/child-process.ts";
import type { ProcessLog } from "../process/process-log.ts";
import type { WorkerSession, WorkerTurn } from "../worker.ts";
import type { AgentLink } from "./agent-link.ts";
import type { Aside } from "./aside.ts";
import { createAside } from "./aside.ts";
import type { ClientServices } from "./client-services.ts";
import type { Cursor } from "./cursor.ts";
import type { Established } from "./establish.ts";
import { createMemory } from "./memory.ts";
import type { Ending } from "./stop-reason.ts";
import type { Timeouts } from "./timeouts.ts";
import type { TurnRun } from "./turn-run.ts";
import { createTurnRun } from "./turn-run.ts";
import type { Workspace } from "./workspace.ts";

export interface AcpSessionOptions {
  readonly link: AgentLink;
  readonly established: Established;
  readonly workspace: Workspace;
  readonly services: ClientServices;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly log: ProcessLog;
  notice(text: string): void;
  /** A turn begins, or has ended. */
  onBusy(): void;
  onIdle(): void;
  /** It died in a turn, and nobody had asked it to: what is to be said, or null. */
  onDeath(end: ChildEnd): Ending | null;
  /** From here on it is to go. */
  onLeave(): void;
}

/** One conversation with one agent process. */
export function createAcpSession(options: AcpSessionOptions): WorkerSession {
  const { link, established, services, workspace, log } = options;
  const { sessionId } = established;
  const memory = createMemory(established);
  const unknown = new Set<string>();
  let running: TurnRun | null = null;
  let isLeaving = false;
  /** We ended it ourselves: its death says nothing about the agent. */
  let isWanted = false;
  let asks = 0;
  let cost = 0;

  const onUnknown = (kind: string): void => {
    if (unknown.has(kind)) return;
    unknown.add(kind);
    log.info({ marker: link.marker, kind }, "update of the agent is not known, ignored");
  };
  const listen = (wasCancelled: boolean): Aside => {
    const aside = createAside({ ...options, sessionId, wasCancelled });
    link.heed(aside.listener);
    return aside;
  };
  let aside = listen(false);

  const leave = (): void => {
    if (isLeaving) return;
    isLeaving = true;
    aside.stop();
    options.onLeave();
  };
  void link.closed.then(leave);

  const createRun = (turn: WorkerTurn): TurnRun =>
    createTurnRun({
      ...options,
      sessionId,
      grants: turn.grants,
      cancelMs: options.timeouts.cancelMs,
      costBefore: cost,
      nextAsk: () => {
        asks += 1;
        return `ask-${asks}`;
      },
      onCost: (total) => {
        cost = total;
      },
      onUnknown,
      onDeath: (end) => (isWanted ? null : options.onDeath(end)),
      onEnd: (ending) => {
        aside = listen(ending?.type === "cancelled");
      },
    });

  const cursor = (): Cursor => ({
    agent: established.facts.name,
    sessionId,
    cwd: workspace.path,
    ...memory.known(),
  });

  return {
    marker: link.marker,
    async *prompt(turn) {
      if (running !== null) throw new Error("an agent's session runs one turn at a time");
      if (isLeaving || link.isClosed()) return;
      const run = createRun(turn);
      running = run;
      aside.stop();
      options.onBusy();
      try {
        yield { type: "accepted" };
        const prompt = await promptFor(turn).catch(textOf);
        if (typeof prompt === "string") run.fail(prompt);
        else {
          if (!run.isInterrupted()) {
            memory.told(turn.turn);
            yield { type: "cursor", value: cursor() };
          }
          run.begin(prompt);
        }
        for await (const event of run.events) {
          if (event.type === "completed") {
            memory.answered();
            yield { type: "cursor", value: cursor() };
          } else if (run.wasHeard()) memory.heard();
          yield event;
        }
      } finally {
        run.abandon();
        running = null;
        options.onIdle();
      }
    },
    steer: () => Promise.resolve(false),
    answer: (ask, decision) => Promise.resolve(running?.answer(ask, decision)),
    interrupt: () => Promise.resolve(running?.interrupt()),
    close: async (graceMs) => {
      isWanted = true;
      leave();
      await link.stop(graceMs);
    },
    kill: () => {
      isWanted = true;
      leave();
      link.kill();
    },
  };

  async function promptFor(turn: WorkerTurn): Promise<ContentBlock[]> {
    const attached = turn.messages.flatMap(({ attachments }) => attachments);
    services.allow(attached.flatMap(({ path }) => (path === null ? [] : [path])));
    return memory.prompt(turn);
  }
}
