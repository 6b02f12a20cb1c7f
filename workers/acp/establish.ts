import type { InitializeRequest, NewSessionRequest } from "@agentclientprotocol/sdk";
import { z } from "zod";

import type { Clock } from "../../sessions/clock.ts";
import type { ProcessLog } from "../process/process-log.ts";
import type { AgentFacts } from "./agent-facts.ts";
import { parseAgentFacts } from "./agent-facts.ts";
import type { AgentLink } from "./agent-link.ts";
import type { Cursor } from "./cursor.ts";
import type { Failure } from "./failures.ts";
import { died, noAnswer, refused, senseless, wrongVersion } from "./failures.ts";
import { AGENT, VERSION } from "./methods.ts";
import { declining } from "./permission-options.ts";
import { createReplay } from "./replay.ts";
import type { Timeouts } from "./timeouts.ts";

/** An agent's session that a prompt can be sent to. */
export interface Established {
  readonly facts: AgentFacts;
  readonly sessionId: string;
  /** What the agent knows of the conversation. */
  readonly origin:
    | { readonly type: "new" }
    | { readonly type: "resumed"; readonly cursor: Cursor }
    | { readonly type: "loaded"; readonly cursor: Cursor; readonly lastAsked: string | null };
}

export interface EstablishOptions {
  readonly workspace: string;
  /** Where the last process left off. */
  readonly cursor: Cursor | null;
  readonly offers: { readonly files: boolean; readonly terminals: boolean };
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly log: ProcessLog;
}

export type Outcome =
  | { readonly outcome: "ready"; readonly established: Established }
  | { readonly outcome: "failed"; readonly failure: Failure };

/** From a fresh process to a session: greets, then resumes, else loads, else begins anew. */
export async function establish(link: AgentLink, options: EstablishOptions): Promise<Outcome> {
  const { timeouts, workspace } = options;
  const hello: InitializeRequest = {
    protocolVersion: VERSION,
    clientInfo: { name: "sluice", version: "1" },
    clientCapabilities: {
      fs: { readTextFile: options.offers.files, writeTextFile: options.offers.files },
      terminal: options.offers.terminals,
    },
  };
  const greeting = await ask(link, {
    method: AGENT.initialize,
    params: hello,
    ms: timeouts.initializeMs,
    facts: null,
  });
  if (greeting.outcome === "failed") return greeting;
  const facts = parseAgentFacts(greeting.value);
  if (facts === null) return failed(senseless(AGENT.initialize));
  if (facts.version !== VERSION) return failed(wrongVersion(facts));

  const restored = await restore(link, facts, options);
  if (restored !== null) return { outcome: "ready", established: restored };
  const wanted: NewSessionRequest = { cwd: workspace, mcpServers: [] };
  const begun = await ask(link, {
    method: AGENT.session_new,
    params: wanted,
    ms: timeouts.sessionMs,
    facts,
  });
  if (begun.outcome === "failed") return begun;
  const session = z.object({ sessionId: z.string().min(1) }).safeParse(begun.value).data;
  if (session === undefined) return failed(senseless(AGENT.session_new));
  return {
    outcome: "ready",
    established: { facts, sessionId: session.sessionId, origin: { type: "new" } },
  };
}

/** Null: there is nothing to go on with, or the agent has lost it. Whatever it answers but success means that. */
async function restore(
  link: AgentLink,
  facts: AgentFacts,
  options: EstablishOptions,
): Promise<Established | null> {
  const { cursor, workspace, timeouts, clock, log } = options;
  if (cursor === null || cursor.agent !== facts.name || cursor.cwd !== workspace) return null;
  const { sessionId } = cursor;
  const place = { sessionId, cwd: workspace, mcpServers: [] };
  if (facts.canResume) {
    const answer = await link.request(AGENT.session_resume, place, { ms: timeouts.sessionMs });
    if (answer.outcome === "result") {
      return { facts, sessionId, origin: { type: "resumed", cursor } };
    }
    log.info({ outcome: answer.outcome }, "agent did not resume its session");
  }
  if (!facts.canLoad) return null;
  const replay = createReplay(clock);
  link.heed({
    ...declining,
    update: (update, of) => {
      if (of === sessionId) replay.update(update);
    },
  });
  const answer = await link.request(AGENT.session_load, place, { ms: timeouts.sessionMs });
  if (answer.outcome === "result") await replay.quiet(timeouts.quietMs);
  link.heed(declining);
  const found = replay.messages();
  if (answer.outcome !== "result" || found < Math.max(1, cursor.entries)) {
    log.info({ outcome: answer.outcome, found, wanted: cursor.entries }, "agent lost its session");
    return null;
  }
  return { facts, sessionId, origin: { type: "loaded", cursor, lastAsked: replay.lastAsked() } };
}

type Asked =
  | { readonly outcome: "answered"; readonly value: unknown }
  | Extract<Outcome, { outcome: "failed" }>;

/** An answer is a result, or the reason why there is none. */
async function ask(
  link: AgentLink,
  wanted: {
    readonly method: string;
    readonly params: object;
    readonly ms: number;
    readonly facts: AgentFacts | null;
  },
): Promise<Asked> {
  const { method, params, ms, facts } = wanted;
  const answer = await link.request(method, params, { ms });
  switch (answer.outcome) {
    case "result":
      return { outcome: "answered", value: answer.value };
    case "error":
      return failed(refused(method, answer.error, facts));
    case "timeout":
      return failed(noAnswer(method, ms));
    case "closed":
      return failed(died(await link.closed));
  }
}

function failed(failure: Failure): Extract<Outcome, { outcome: "failed" }> {
  return { outcome: "failed", failure };
}
