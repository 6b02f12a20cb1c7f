import { finishOf, frame, textOf, usageOf, type Protocol } from "./protocol.ts";
import type { Reply, ToolCall } from "./reply.ts";

const FINISH = { stop: "stop", length: "length", refused: "content_filter", tool: "tool_calls" };

/** Chat Completions of OpenAI. */
export function chatProtocol(id: string, model: string): Protocol {
  const base = { id: `chatcmpl-${id}`, created: 1_700_000_000, model };
  const chunk = (delta: object, finish: string | null = null): string =>
    frame({
      ...base,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  const call = ({ name, input }: ToolCall, index: number) => ({
    index,
    id: `call_${id}_${index}`,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  });
  const usage = (reply: Reply) => {
    const { input, output } = usageOf(reply);
    return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  };
  return {
    begin: () => chunk({ role: "assistant", content: "" }),
    thought: (text) => chunk({ reasoning_content: text }),
    text: (text) => chunk({ content: text }),
    tool: (one, index) => chunk({ tool_calls: [call(one, index)] }),
    end: (reply) =>
      chunk({}, FINISH[finishOf(reply)]) +
      frame({ ...base, object: "chat.completion.chunk", choices: [], usage: usage(reply) }) +
      "data: [DONE]\n\n",
    whole: (reply) => ({
      ...base,
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: textOf(reply),
            ...(reply.tools === undefined ? {} : { tool_calls: reply.tools.map(call) }),
          },
          finish_reason: FINISH[finishOf(reply)],
        },
      ],
      usage: usage(reply),
    }),
    refusal: ({ status, message, code }) => ({
      error: {
        message,
        type: status < 500 ? "invalid_request_error" : "server_error",
        code: code ?? null,
      },
    }),
    error: (message) => frame({ error: { message, type: "server_error", code: null } }),
  };
}
