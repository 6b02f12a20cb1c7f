import { SluiceError } from "../../sessions/errors.ts";
import type { ChildEnd } from "../process/child-process.ts";
import { KILLED_WORDS } from "../process/child-process.ts";
import type { AgentFacts } from "./agent-facts.ts";
import { VERSION } from "./methods.ts";
import type { RpcError } from "./rpc-message.ts";
import { isRecord } from "./rpc-message.ts";
import { ERRORS } from "./rpc-peer.ts";

/** Why an agent could not be begun with. */
export interface Failure {
  readonly found: string;
  readonly advice: string;
  /** Another try may go better. */
  readonly canRetry: boolean;
}

export function unavailable(agent: string, { found, advice }: Omit<Failure, "canRetry">) {
  return new SluiceError("worker_unavailable", `Cannot start the agent ${agent}: ${found}`, {
    advice,
  });
}

export function notStarted(error: unknown, command: readonly string[]): Failure {
  const isMissing = isRecord(error) && error["code"] === "ENOENT";
  const found = isMissing
    ? `there is no program ${command[0] ?? ""}`
    : `its program ${command[0] ?? ""} cannot be run (${error instanceof Error ? error.message : String(error)})`;
  const advice = isMissing
    ? "install it, or write the full path of its program under command in the configuration"
    : "check command and the folder it works in";
  return { found, advice, canRetry: !isMissing };
}

export function noWorkspace(path: string): Failure {
  return {
    found: `its workspace ${path} is not there`,
    advice: "create the folder, or name another one under workspace in the configuration",
    canRetry: false,
  };
}

export function wrongVersion(facts: AgentFacts): Failure {
  return {
    found: `it speaks version ${facts.version} of the Agent Client Protocol, and only ${VERSION} is spoken here`,
    advice: facts.version > VERSION ? "install an older version of the agent" : "update the agent",
    canRetry: false,
  };
}

export function noAnswer(step: string, ms: number): Failure {
  return {
    found: `it did not answer ${step} within ${Math.round(ms / 1000)} s`,
    advice: "start its command by hand and see what it waits for",
    canRetry: true,
  };
}

export function senseless(step: string): Failure {
  return {
    found: `its answer to ${step} cannot be understood`,
    advice: "check that command starts the agent in its ACP mode",
    canRetry: false,
  };
}

export function refused(step: string, error: RpcError, facts: AgentFacts | null): Failure {
  if (error.code === ERRORS.authRequired) return notLoggedIn(facts?.logins ?? []);
  return {
    found: `it answered ${step} with: ${describeError(error)}`,
    advice: "start its command by hand and see whether it works there",
    canRetry: true,
  };
}

function notLoggedIn(logins: readonly string[]): Failure {
  const ways = logins.length === 0 ? "" : ` (it offers: ${logins.join(", ")})`;
  return {
    found: `it is not logged in${ways}`,
    advice:
      "log in with the agent's own command as the user that runs the gateway, or pass its key with passEnvironment",
    canRetry: false,
  };
}

/** A prompt that it answered with an error: some agents see only then that nobody has logged in. */
export function promptRefused(error: RpcError): string {
  if (error.code !== ERRORS.authRequired) return describeError(error);
  const { found, advice } = notLoggedIn([]);
  return `${found}: ${advice}`;
}

export function died(end: ChildEnd): Failure {
  return {
    found: `its process ended (${howItEnded(end)})`,
    advice: "start its command by hand and see what it says",
    canRetry: true,
  };
}

export function howItEnded({ code, signal, isKilled }: ChildEnd): string {
  const how = signal ?? `exit code ${code}`;
  return isKilled ? `${how}: ${KILLED_WORDS}` : how;
}

/** Its last words, as the end of a sentence; empty when it had none. */
export function lastWords({ stderr }: ChildEnd): string {
  return stderr.length === 0 ? "" : `, saying:\n${stderr.join("\n")}\n`;
}

const LONGEST = 1000;

/** Agents put what really happened into `data`. */
function describeError({ message, data }: RpcError): string {
  const more = isRecord(data) ? (data["details"] ?? data["message"] ?? data["error"]) : data;
  const text =
    typeof more === "string" && !message.includes(more) ? `${message}: ${more}` : message;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
