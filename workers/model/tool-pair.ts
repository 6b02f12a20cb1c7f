import type { EntryBody } from "../../sessions/transcript.ts";
import type { PromptMessage } from "./endpoint.ts";

/** A call and its result, both always: an endpoint refuses a conversation in which one is without the other. */
export function toToolPair(
  body: Extract<EntryBody, { kind: "tool" }>,
  index: number,
): PromptMessage[] {
  // Calls of different turns may carry the same id.
  const toolCallId = `call_${index}`;
  const toolName = body.name.replaceAll(/[^\w-]+/g, "_").slice(0, 64) || "tool";
  const value =
    body.result ?? (body.state === "open" ? "interrupted, outcome unknown" : body.state);
  const output =
    body.state === "done"
      ? ({ type: "text", value } as const)
      : ({ type: "error-text", value } as const);
  return [
    {
      role: "assistant",
      content: [{ type: "tool-call", toolCallId, toolName, input: inputOf(body.input) }],
    },
    { role: "tool", content: [{ type: "tool-result", toolCallId, toolName, output }] },
  ];
}

/** Stored as people were shown it, which need not be the JSON that it was. */
function inputOf(shown: string): object {
  try {
    const found: unknown = JSON.parse(shown);
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found;
  } catch {
    // Words, not JSON.
  }
  return { input: shown };
}
