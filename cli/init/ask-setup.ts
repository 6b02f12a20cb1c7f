import { findAgents } from "../doctor/agents-on-path.ts";
import type { Shell } from "../shell.ts";
import { askBot } from "./ask-bot.ts";
import { askModel } from "./ask-model.ts";
import { freePorts } from "./free-ports.ts";
import type { Questions } from "./questions.ts";
import type { AgentChoice, NetworkChoice, Setup } from "./setup.ts";

/** Asks for all that a first configuration needs. */
export async function askSetup(
  questions: Questions,
  shell: Shell,
  { apiRoot }: { readonly apiRoot: string | null },
): Promise<Setup> {
  const network = await askNetwork(questions, shell, apiRoot);
  const agent = await askAgent(questions, shell);
  return { network, agent, ports: await freePorts() };
}

async function askNetwork(
  questions: Questions,
  { clock }: Shell,
  apiRoot: string | null,
): Promise<NetworkChoice> {
  const adapter = await questions.choose("Where do you want to talk to your agent?", [
    { value: "telegram", label: "Telegram", hint: "a bot, in a minute" },
    { value: "discord", label: "Discord", hint: "a bot" },
    { value: "local", label: "Only on this machine", hint: "the terminal, and HTTP" },
  ]);
  return adapter === "local" ? { adapter } : askBot(questions, { adapter, apiRoot, clock });
}

async function askAgent(questions: Questions, { environment, clock }: Shell): Promise<AgentChoice> {
  const found = findAgents(environment["PATH"] ?? "");
  const chosen = await questions.choose("Who answers?", [
    ...found.map(({ name, label, file }) => ({ value: name, label, hint: file })),
    { value: "demo", label: "The demo agent", hint: "works offline; for trying things out" },
    { value: "model", label: "A model", hint: "any OpenAI-compatible endpoint" },
  ]);
  const agent = found.find(({ name }) => name === chosen);
  if (agent !== undefined) {
    const passesKey = agent.key !== null && Boolean(environment[agent.key]);
    return { kind: "acp", agent, passesKey };
  }
  return chosen === "model" ? askModel(questions, clock) : { kind: "demo" };
}
