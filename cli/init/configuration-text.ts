import type { AgentChoice, BotChoice, Ports, Setup } from "./setup.ts";

/** A file to be written beside the others, readable by its owner alone. */
export interface SetupFile {
  readonly name: string;
  readonly text: string;
}

/** The configuration last; secrets are in files of their own. */
export function setupFiles(setup: Setup, name: string): readonly SetupFile[] {
  const { network, agent } = setup;
  return [
    ...(network.adapter === "local" ? [] : [secret(tokenFile(network), network.token)]),
    ...(agent.kind === "model" && agent.key !== null ? [secret(KEY_FILE, agent.key)] : []),
    { name, text: configurationText(setup) },
  ];
}

const KEY_FILE = "model-key";
const USUAL: Ports = { chat: 8787, health: 8788 };

function tokenFile({ adapter }: BotChoice): string {
  return `${adapter}-token`;
}

function secret(name: string, value: string): SetupFile {
  return { name, text: `${value}\n` };
}

/** Only what was chosen; all else is as it is by default. */
function configurationText({ network, agent, ports }: Setup): string {
  const lines = [
    "# Written by `sluice init`. config.example.yaml explains every key; after a change,",
    "# `sluice config check` looks for mistakes and `sluice doctor` at all the rest.",
    "",
    "networks:",
    "  # The chat of this machine: sluice chat.",
    "  local:",
    "    adapter: local",
    ...(ports.chat === USUAL.chat ? [] : [`    port: ${ports.chat}`]),
    ...(network.adapter === "local" ? [] : botLines(network)),
    "",
    "workers:",
    ...agentLines(agent),
    ...(ports.health === USUAL.health
      ? []
      : ["", "# Health and metrics.", "http:", `  port: ${ports.health}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function botLines(bot: BotChoice): readonly string[] {
  const { adapter, operators, apiRoot, name } = bot;
  return [
    ...(name === null ? [] : [`  # ${name.replaceAll(/\s/g, " ")}`]),
    `  ${adapter}:`,
    `    adapter: ${adapter}`,
    "    # A file that holds nothing else, beside this one.",
    `    token: { file: ${tokenFile(bot)} }`,
    "    # Ids of the people who may restart it from a chat. Whoever else writes to it gets a code,",
    "    # by which an operator lets them in (docs/access.md).",
    `    operators: ${JSON.stringify(operators)}`,
    ...(apiRoot === null ? [] : [`    apiRoot: ${JSON.stringify(apiRoot)}`]),
  ];
}

function agentLines(agent: AgentChoice): readonly string[] {
  switch (agent.kind) {
    case "demo":
      return [
        "  # An agent that works offline, for trying things out. docs/agents.md has real ones.",
        "  demo:",
        "    kind: demo",
      ];
    case "acp": {
      const { name, label, command, key } = agent.agent;
      const passes = agent.passesKey && key !== null;
      return [
        `  # ${label}. It must be logged in, or have its key.`,
        `  ${name}:`,
        "    kind: acp",
        `    command: ${JSON.stringify(command)}`,
        "    # Names of environment variables that it gets besides the usual few.",
        `    passEnvironment: ${passes ? `[${key}]` : "[]"}`,
        "    # It asks before it changes or runs anything; `approve` says what it need not ask.",
      ];
    }
    case "model":
      return [
        "  # A model behind an OpenAI-compatible endpoint.",
        "  model:",
        "    kind: model",
        `    baseUrl: ${JSON.stringify(agent.baseUrl)}`,
        `    model: ${JSON.stringify(agent.model)}`,
        ...(agent.key === null ? [] : [`    key: { file: ${KEY_FILE} }`]),
      ];
  }
}
