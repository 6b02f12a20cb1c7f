import { statSync } from "node:fs";

import { SluiceError } from "../../sessions/errors.ts";
import type { AgentLink, AgentLinkOptions } from "./agent-link.ts";
import { startAgentLink } from "./agent-link.ts";
import type { Established, EstablishOptions } from "./establish.ts";
import { establish } from "./establish.ts";
import type { Failure } from "./failures.ts";
import { LONGEST_REPLAY_MS } from "./replay.ts";
import type { Timeouts } from "./timeouts.ts";
import { lastWords, noWorkspace, notStarted, unavailable } from "./failures.ts";

export interface StartOptions extends AgentLinkOptions, EstablishOptions {
  /** As people call the agent. */
  readonly agent: string;
  nextName(): string;
  onLink(link: AgentLink): void;
}

export interface StartedAgent {
  readonly link: AgentLink;
  readonly established: Established;
}

const ATTEMPTS = 2;

/** Each attempt greets, and may resume, load and begin anew. */
export function longestStart({ initializeMs, sessionMs, quietMs }: Timeouts): number {
  return ATTEMPTS * (initializeMs + 3 * sessionMs + LONGEST_REPLAY_MS + quietMs);
}

/** Rejects with `worker_unavailable` and what the agent said last, or with the reason of the signal: then it is killed. */
export async function startAgent(
  options: Omit<StartOptions, "name" | "cwd">,
  signal: AbortSignal,
): Promise<StartedAgent> {
  const { agent, workspace } = options;
  if (statSync(workspace, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw unavailable(agent, noWorkspace(workspace));
  }
  let attempt = 0;
  for (;;) {
    attempt += 1;
    const started = await startOnce(options, signal);
    if ("link" in started) return started;
    if (!started.canRetry || attempt === ATTEMPTS) throw unavailable(agent, started);
  }
}

async function startOnce(
  options: Omit<StartOptions, "name" | "cwd">,
  signal: AbortSignal,
): Promise<StartedAgent | Failure> {
  const { workspace, command } = options;
  let link: AgentLink;
  try {
    link = await startAgentLink({ ...options, name: options.nextName(), cwd: workspace });
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    return notStarted(error, command);
  }
  options.onLink(link);
  const abort = (): void => link.kill();
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  const outcome = await establish(link, options);
  signal.removeEventListener("abort", abort);
  if (outcome.outcome === "ready" && !signal.aborted) {
    return { link, established: outcome.established };
  }
  link.kill();
  const end = await link.closed;
  signal.throwIfAborted();
  if (outcome.outcome === "ready") return notStarted(new Error("it was closed"), command);
  const { failure } = outcome;
  return { ...failure, found: link.mask(failure.found) + lastWords(end) };
}
