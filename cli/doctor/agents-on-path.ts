import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ANSWER_MS = 5000;

/** An agent that speaks the Agent Client Protocol, by itself or through an adapter. */
export interface KnownAgent {
  readonly name: string;
  readonly label: string;
  /** The program by which a machine is known to have it. */
  readonly program: string;
  /** What speaks the protocol. */
  readonly command: readonly string[];
  /** Package of its adapter, for when `command` is not there. */
  readonly adapter: string | null;
  /** The environment variable that may hold its key. */
  readonly key: string | null;
}

const KNOWN_AGENTS: readonly KnownAgent[] = [
  {
    name: "claude",
    label: "Claude Code",
    program: "claude",
    command: ["claude-agent-acp"],
    adapter: "@agentclientprotocol/claude-agent-acp@0.100.0",
    key: "ANTHROPIC_API_KEY",
  },
  {
    name: "codex",
    label: "Codex",
    program: "codex",
    command: ["codex-acp"],
    adapter: "@agentclientprotocol/codex-acp@2.6.0",
    key: "OPENAI_API_KEY",
  },
  {
    name: "opencode",
    label: "OpenCode",
    program: "opencode",
    command: ["opencode", "acp"],
    adapter: null,
    key: null,
  },
  {
    name: "gemini",
    label: "Gemini CLI",
    program: "gemini",
    command: ["gemini", "--acp"],
    adapter: null,
    key: "GEMINI_API_KEY",
  },
  {
    name: "qwen",
    label: "Qwen Code",
    program: "qwen",
    command: ["qwen", "--acp"],
    adapter: null,
    key: null,
  },
];

export interface FoundAgent extends KnownAgent {
  readonly file: string;
}

/** Those whose program is on the search path, or whose adapter is. */
export function findAgents(path: string): readonly FoundAgent[] {
  return KNOWN_AGENTS.flatMap((agent) => {
    const [speaker = ""] = agent.command;
    const own = programOnPath(speaker, path);
    const file = programOnPath(agent.program, path) ?? own;
    if (file === null) return [];
    if (own !== null || agent.adapter === null) return [{ ...agent, file }];
    return [{ ...agent, file, command: ["npx", "--yes", agent.adapter] }];
  });
}

/** The file that a name of a program leads to; null = none. */
export function programOnPath(name: string, path: string): string | null {
  const places = isAbsolute(name) ? [name] : path.split(delimiter).map((one) => join(one, name));
  return places.find(canRun) ?? null;
}

/** The first line that `--version` prints; null = it prints none in time. */
export async function versionOf(
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | null> {
  try {
    const { stdout } = await run(file, ["--version"], { timeout: ANSWER_MS, env: environment });
    return stdout.trim().split("\n")[0]?.slice(0, 80) || null;
  } catch {
    return null;
  }
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
