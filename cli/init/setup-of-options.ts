import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import { findAgents } from "../doctor/agents-on-path.ts";
import type { Shell } from "../shell.ts";
import { inspectChosen, linesOf, operatorFault } from "./ask-bot.ts";
import { addressFault, tryModel } from "./ask-model.ts";
import { freePorts } from "./free-ports.ts";
import type { AgentChoice, BotChoice, NetworkChoice, Setup } from "./setup.ts";

/** The answers as options of the command line. Secrets come by the environment or a file: others see a command line. */
export interface SetupOptions {
  readonly network?: "telegram" | "discord" | "local";
  readonly tokenFile?: string;
  readonly operator?: readonly string[];
  readonly agent?: string;
  readonly baseUrl?: string;
  readonly model?: string;
  readonly check: boolean;
  readonly apiRoot?: string;
}

/**
 * Asks nobody but the network and the model. Throws `usage` for what is missing or wrong, `adapter_refused` for the
 * token, `worker_unavailable` for the model.
 */
export async function setupOfOptions(
  given: SetupOptions,
  { shell, say }: { readonly shell: Shell; readonly say: (line: string) => void },
): Promise<Setup> {
  const agent = agentOf(given, shell);
  if (given.check && agent.kind === "model") await refuseSilent(agent, { shell, say });
  const network = await networkOf(given, { shell, say });
  return { network, agent, ports: await freePorts() };
}

async function refuseSilent(
  chosen: Extract<AgentChoice, { kind: "model" }>,
  { shell, say }: { readonly shell: Shell; readonly say: (line: string) => void },
): Promise<void> {
  const tried = await tryModel(chosen, shell.clock);
  if (tried.outcome === "answers") return say(`${chosen.model} answers.`);
  throw new SluiceError(
    "worker_unavailable",
    `Cannot get an answer from ${chosen.model} at ${chosen.baseUrl} (${tried.found})`,
    { advice: `${tried.advice}; or give --no-check: nothing was written` },
  );
}

const VARIABLES = { telegram: "TELEGRAM_BOT_TOKEN", discord: "DISCORD_BOT_TOKEN" } as const;

async function networkOf(
  given: SetupOptions,
  { shell, say }: { readonly shell: Shell; readonly say: (line: string) => void },
): Promise<NetworkChoice> {
  const { network: adapter = guessed(shell), operator: operators = [], apiRoot = null } = given;
  if (adapter === "local") return { adapter };
  for (const id of operators) {
    const fault = operatorFault(id);
    if (fault !== null) throw usage(`--operator ${id} is no id`, fault);
  }
  const token = tokenOf(given, { shell, variable: VARIABLES[adapter] });
  const bot: BotChoice = { adapter, token, apiRoot, operators, name: null };
  if (!given.check) return bot;
  const found = await inspectChosen({ ...bot, clock: shell.clock });
  switch (found.outcome) {
    case "known":
      for (const line of linesOf(found)) say(line);
      for (const { level, about, found: what, advice } of found.remarks) {
        if (level === "fail") say(`${about}: ${what}: ${advice ?? ""}`);
      }
      return { ...bot, name: found.name };
    case "refused":
      throw refused(`Cannot use this bot on ${adapter} (${found.reason})`, found.advice);
    case "unreachable":
      throw refused(
        `Cannot reach ${adapter} (${found.reason})`,
        "check this machine's network and try again, or give --no-check; nothing was written",
      );
  }
}

/** The network whose token is there. */
function guessed({ environment }: Shell): "telegram" | "discord" | "local" {
  if (environment[VARIABLES.telegram]) return "telegram";
  return environment[VARIABLES.discord] ? "discord" : "local";
}

function tokenOf(
  { tokenFile }: SetupOptions,
  { shell, variable }: { readonly shell: Shell; readonly variable: string },
): string {
  const advice = `set ${variable}, or give --token-file`;
  const token =
    tokenFile === undefined
      ? (shell.environment[variable] ?? "").trim()
      : readToken(resolve(shell.directory, tokenFile), advice);
  if (token === "") throw usage("There is no token", advice);
  return token;
}

function readToken(path: string, advice: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw usage(`Cannot read the token from ${path} (${textOf(error)})`, advice);
  }
}

function agentOf(given: SetupOptions, { environment }: Shell): AgentChoice {
  const { agent = "demo", baseUrl = "", model = "" } = given;
  if (agent === "demo") return { kind: "demo" };
  if (agent === "model") {
    const fault = addressFault(baseUrl);
    if (fault !== null) throw usage(`--base-url "${baseUrl}" is none`, fault);
    if (model === "") throw usage("There is no --model", "give its name");
    return { kind: "model", baseUrl, model, key: environment["MODEL_API_KEY"]?.trim() || null };
  }
  const found = findAgents(environment["PATH"] ?? "").find(({ name }) => name === agent);
  if (found === undefined) {
    throw usage(`There is no ${agent} on the PATH`, "install it, or take demo or model");
  }
  return { kind: "acp", agent: found, passesKey: Boolean(environment[found.key ?? ""]) };
}

function usage(found: string, advice: string): SluiceError {
  return new SluiceError("usage", found, { advice });
}

function refused(found: string, advice: string): SluiceError {
  return new SluiceError("adapter_refused", found, { advice });
}
