/** A request as all four protocols mean it. */
export interface Heard {
  readonly api: Api;
  readonly model: string;
  readonly isStream: boolean;
  readonly system: string;
  readonly messages: readonly HeardMessage[];
  /** Names of the tools it may call. */
  readonly tools: readonly string[];
}

export type Api = "chat" | "messages" | "responses" | "generate";

export interface HeardMessage {
  readonly role: "user" | "assistant" | "tool";
  readonly text: string;
  /** Images in it. */
  readonly images: number;
  /** Names of the tools that it calls. */
  readonly calls: readonly string[];
}

type Loose = Readonly<Record<string, unknown>>;

export function hear(api: Api, body: Loose): Heard {
  const base = { api, model: String(body["model"]), isStream: body["stream"] === true };
  const all = listOf(api === "responses" ? inputOf(body["input"]) : body["messages"]);
  const isSystem = (one: Loose): boolean => one["role"] === "system" || one["role"] === "developer";
  const given = api === "messages" ? body["system"] : body["instructions"];
  const systems = [textOf(given), ...all.filter(isSystem).map(({ content }) => textOf(content))];
  return {
    ...base,
    system: systems.filter((text) => text !== "").join("\n"),
    messages: all.filter((one) => !isSystem(one)).flatMap(messagesOf),
    tools: listOf(body["tools"]).map((tool) =>
      String(tool["name"] ?? record(tool["function"])["name"]),
    ),
  };
}

/** A tool's result is a message of its own, whoever carries it. */
function messagesOf(one: Loose): HeardMessage[] {
  if (one["type"] === "function_call") return [said("assistant", "", [String(one["name"])])];
  if (one["type"] === "function_call_output") return [said("tool", textOf(one["output"]))];
  if (one["role"] === "tool") return [said("tool", textOf(one["content"]))];
  const parts = listOf(one["content"]);
  const results = parts.filter(({ type }) => type === "tool_result");
  if (results.length > 0) return results.map(({ content }) => said("tool", textOf(content)));
  if (one["role"] === "assistant") {
    const calls = [
      ...listOf(one["tool_calls"]).map((call) => String(record(call["function"])["name"])),
      ...parts.filter(({ type }) => type === "tool_use").map(({ name }) => String(name)),
    ];
    return [said("assistant", textOf(one["content"]), calls)];
  }
  if (one["role"] !== "user") return [];
  const images = parts.filter(({ type }) => /image/.test(String(type))).length;
  return [{ ...said("user", textOf(one["content"])), images }];
}

function said(
  role: HeardMessage["role"],
  text: string,
  calls: readonly string[] = [],
): HeardMessage {
  return { role, text, images: 0, calls };
}

function inputOf(input: unknown): unknown {
  return typeof input === "string" ? [{ role: "user", content: input }] : input;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .filter((text) => text !== "")
    .join("\n");
}

function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function record(value: unknown): Loose {
  return typeof value === "object" && value !== null ? (value as Loose) : {};
}
