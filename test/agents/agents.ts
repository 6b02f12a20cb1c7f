/** A real agent as the npm registry has it, and how it is pointed at a model server. */
export interface Agent {
  readonly name: string;
  /** For npm, with its version. */
  readonly packaged: string;
  /** Its program in `node_modules/.bin`, and what it is given. */
  readonly program: string;
  readonly args: readonly string[];
  /** Run by Node; else it is a program by itself. */
  readonly isScript: boolean;
  /** After a kill it finds its own conversation; else it is told it again. */
  readonly findsItself: boolean;
  /** A call of its shell tool, as its model makes it. */
  shell(command: string): { readonly name: string; readonly input: object };
  point(server: { readonly url: string; readonly origin: string }): Pointed;
}

interface Pointed {
  /** In the worker's configuration. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the gateway's environment, passed on by name. */
  readonly keys: Readonly<Record<string, string>>;
  /** In its home, by their paths. */
  readonly files: Readonly<Record<string, string>>;
}

const MODEL = "test-model";

export const AGENTS: readonly Agent[] = [
  {
    name: "opencode",
    packaged: "opencode-ai@1.18.33",
    program: "opencode",
    args: ["acp"],
    isScript: false,
    findsItself: true,
    shell: (command) => ({ name: "bash", input: { command, description: "as asked for" } }),
    point: ({ url }) => ({
      environment: {
        OPENCODE_DISABLE_AUTOUPDATE: "1",
        OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
      },
      keys: { SCRIPTED_API_KEY: "sk-scripted" },
      files: {
        ".config/opencode/opencode.json": JSON.stringify({
          model: `scripted/${MODEL}`,
          small_model: `scripted/${MODEL}`,
          provider: {
            scripted: {
              npm: "@ai-sdk/openai-compatible",
              options: { baseURL: url, apiKey: "{env:SCRIPTED_API_KEY}" },
              models: { [MODEL]: { name: MODEL, tool_call: true } },
            },
          },
          permission: { bash: "ask", edit: "ask" },
          autoupdate: false,
          share: "disabled",
        }),
      },
    }),
  },
  {
    name: "claude",
    packaged: "@agentclientprotocol/claude-agent-acp@0.100.0",
    program: "claude-agent-acp",
    args: [],
    isScript: true,
    findsItself: true,
    shell: (command) => ({ name: "Bash", input: { command, description: "as asked for" } }),
    point: ({ origin }) => ({
      environment: {
        ANTHROPIC_BASE_URL: origin,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      },
      keys: { ANTHROPIC_API_KEY: "sk-ant-scripted" },
      files: {},
    }),
  },
  {
    name: "codex",
    packaged: "@agentclientprotocol/codex-acp@2.6.0",
    program: "codex-acp",
    args: [],
    isScript: true,
    findsItself: true,
    // What its sandbox holds back is asked for.
    shell: (cmd) => ({
      name: "exec_command",
      input: { cmd, sandbox_permissions: "require_escalated", justification: "as asked for" },
    }),
    point: ({ url }) => ({
      environment: { NO_BROWSER: "1", INITIAL_AGENT_MODE: "read-only" },
      keys: { SCRIPTED_API_KEY: "sk-scripted" },
      files: {
        ".codex/config.toml": [
          `model = "${MODEL}"`,
          'model_provider = "scripted"',
          "check_for_update_on_startup = false",
          "[model_providers.scripted]",
          'name = "scripted"',
          `base_url = "${url}"`,
          'env_key = "SCRIPTED_API_KEY"',
          'wire_api = "responses"',
          "",
        ].join("\n"),
      },
    }),
  },
  {
    name: "gemini",
    packaged: "@google/gemini-cli@0.61.0",
    program: "gemini",
    args: ["--acp", "--model", "gemini-2.5-flash"],
    isScript: true,
    findsItself: false,
    shell: (command) => ({
      name: "run_shell_command",
      input: { command, description: "as asked for" },
    }),
    point: ({ origin }) => ({
      environment: { GOOGLE_GEMINI_BASE_URL: origin },
      keys: { GEMINI_API_KEY: "scripted" },
      files: {
        ".gemini/settings.json": JSON.stringify({
          security: { auth: { selectedType: "gemini-api-key" } },
          general: { enableAutoUpdate: false, disableAutoUpdate: true },
          privacy: { usageStatisticsEnabled: false },
        }),
      },
    }),
  },
  {
    name: "qwen",
    packaged: "@qwen-code/qwen-code@0.24.4",
    program: "qwen",
    args: ["--acp", "--auth-type", "openai", "--model", MODEL, "--approval-mode", "default"],
    isScript: true,
    findsItself: true,
    shell: (command) => ({
      name: "run_shell_command",
      input: { command, is_background: false, description: "as asked for" },
    }),
    point: ({ url }) => ({
      environment: { OPENAI_BASE_URL: url, OPENAI_MODEL: MODEL },
      keys: { OPENAI_API_KEY: "sk-scripted" },
      files: {
        ".qwen/settings.json": JSON.stringify({
          general: { disableAutoUpdate: true, enableAutoUpdate: false },
          // Requests that it makes by itself, with the conversation in them.
          memory: {
            enableManagedAutoMemory: false,
            enableManagedAutoDream: false,
            enableAutoSkill: false,
          },
          privacy: { usageStatisticsEnabled: false },
        }),
      },
    }),
  },
];
