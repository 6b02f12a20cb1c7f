import type { ContentBlock, PromptRequest } from "@agentclientprotocol/sdk";
import { z } from "zod";

import type { Clock, Timer } from "../../sessions/clock.ts";
import type { Channel } from "../process/channel.ts";
import { createChannel } from "../process/channel.ts";
import type { ChildEnd } from "../process/child-process.ts";
import type { ProcessLog } from "../process/process-log.ts";
import type { Grant, Usage, WorkerEvent } from "../worker.ts";
import type { AgentLink } from "./agent-link.ts";
import { createAsks } from "./asks.ts";
import type { ClientServices } from "./client-services.ts";
import { promptRefused } from "./failures.ts";
import { AGENT, CLIENT } from "./methods.ts";
import { createNarrator } from "./narrator.ts";
import { tokensIn } from "./progress.ts";
import type { Answer } from "./rpc-peer.ts";
import type { Ending } from "./stop-reason.ts";
import { toEnding } from "./stop-reason.ts";
import type { Workspace } from "./workspace.ts";

/** One prompt, from its sending to its end. */
export interface TurnRun {
  /** Ends with a terminal event, or without one when the process is gone. */
  readonly events: AsyncIterable<WorkerEvent>;
  isInterrupted(): boolean;
  /** Once. */
  begin(prompt: ContentBlock[]): void;
  /** In place of `begin`: it cannot be sent. */
  fail(error: string): void;
  answer(ask: string, decision: "allow" | "deny"): void;
  /** Idempotent. */
  interrupt(): void;
  /** Nobody listens any more: what still runs is ended. Idempotent. */
  abandon(): void;
  /** The agent has shown that it has read the prompt. */
  wasHeard(): boolean;
}

export interface TurnRunOptions {
  readonly link: AgentLink;
  readonly sessionId: string;
  readonly workspace: Workspace;
  readonly services: ClientServices;
  readonly grants: readonly Grant[];
  readonly cancelMs: number;
  readonly costBefore: number;
  readonly clock: Clock;
  readonly log: ProcessLog;
  nextAsk(): string;
  onCost(total: number): void;
  onUnknown(kind: string): void;
  /** It died on its own: what is to be said of it, or null. */
  onDeath(end: ChildEnd): Ending | null;
  onEnd(ending: Ending | null): void;
}

const STOP = z.object({ stopReason: z.string() });

export function createTurnRun(options: TurnRunOptions): TurnRun {
  const { link, sessionId, workspace, clock, log } = options;
  const events: Channel<WorkerEvent> = createChannel();
  let used: Usage = { inputTokens: null, outputTokens: null, cost: null };
  const tell = (event: WorkerEvent): void => {
    if (event.type !== "usage") return events.push(event);
    // Cost and tokens come apart; each telling holds all that is known.
    used = {
      inputTokens: event.inputTokens ?? used.inputTokens,
      outputTokens: event.outputTokens ?? used.outputTokens,
      cost: event.cost ?? used.cost,
    };
    events.push({ type: "usage", ...used });
  };
  const narrator = createNarrator({ ...options, tell });
  const asks = createAsks({
    ...options,
    tools: narrator.tools,
    workspace: workspace.path,
    nextId: options.nextAsk,
    tell,
  });
  let state: "ready" | "running" | "over" = "ready";
  let isInterrupted = false;
  let isHeard = false;
  let limit: Timer | null = null;

  const endingOf = async (answer: Answer): Promise<Ending | null> => {
    switch (answer.outcome) {
      case "result": {
        const tokens = tokensIn(answer.value);
        if (tokens !== null) tell({ type: "usage", ...tokens });
        const reason = STOP.safeParse(answer.value).data?.stopReason ?? "unknown";
        return toEnding(reason, { wasInterrupted: isInterrupted, wasDenied: asks.wasDenied() });
      }
      case "error":
        if (isInterrupted) return { type: "cancelled" };
        return { type: "failed", error: link.mask(promptRefused(answer.error)), canRetry: false };
      case "timeout":
      case "closed": {
        const end = await link.closed;
        if (isInterrupted) return { type: "cancelled" };
        const ending = options.onDeath(end);
        if (ending === null && end.isKilled) tell({ type: "killed" });
        return ending;
      }
    }
  };

  const finish = (ending: Ending | null): void => {
    if (state === "over") return;
    state = "over";
    limit?.cancel();
    narrator.tools.end();
    asks.end();
    options.onEnd(ending);
    if (ending !== null) tell(ending);
    events.end();
  };

  const send = async (prompt: ContentBlock[]): Promise<void> => {
    state = "running";
    link.heed({
      update: (update, of) => {
        // Other sessions of the process are the agent's own affair.
        if (of !== sessionId || state === "over") return;
        isHeard = true;
        narrator.update(update);
      },
      call: (call) => {
        isHeard = true;
        return call.method === CLIENT.session_request_permission
          ? asks.open(call)
          : options.services.serve(call);
      },
    });
    const request: PromptRequest = { sessionId, prompt };
    finish(await endingOf(await link.request(AGENT.session_prompt, request, { ms: null })));
  };

  const interrupt = (): void => {
    if (isInterrupted || state === "over") return;
    isInterrupted = true;
    if (state === "ready") return;
    link.notify(AGENT.session_cancel, { sessionId });
    asks.cancel();
    limit = clock.timer(options.cancelMs, () => {
      log.warn({ marker: link.marker }, "agent is deaf to a cancel, killed");
      link.kill();
    });
  };

  return {
    events,
    isInterrupted: () => isInterrupted,
    begin: (prompt) => {
      if (isInterrupted) finish({ type: "cancelled" });
      else void send(prompt);
    },
    fail: (error) => finish({ type: "failed", error, canRetry: true }),
    answer: (ask, decision) => asks.answer(ask, decision),
    interrupt,
    abandon: interrupt,
    wasHeard: () => isHeard,
  };
}
