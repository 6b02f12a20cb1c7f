import { finishOf, frame, textOf, usageOf, type Protocol } from "./protocol.ts";

const FINISH = { stop: "end_turn", length: "max_tokens", refused: "refusal", tool: "tool_use" };

/** Messages of Anthropic. */
export function messagesProtocol(id: string, model: string): Protocol {
  const base = { id: `msg_${id}`, type: "message", role: "assistant", model };
  const event = (type: string, rest: object): string => frame({ type, ...rest }, type);
  let blocks = 0;
  let open: "text" | "thinking" | null = null;

  const close = (): string => {
    if (open === null) return "";
    open = null;
    blocks += 1;
    return event("content_block_stop", { index: blocks - 1 });
  };
  const within = (kind: "text" | "thinking", delta: object): string => {
    let frames = "";
    if (open !== kind) {
      frames += close();
      open = kind;
      frames += event("content_block_start", {
        index: blocks,
        content_block:
          kind === "text" ? { type: kind, text: "" } : { type: kind, thinking: "", signature: "" },
      });
    }
    return frames + event("content_block_delta", { index: blocks, delta });
  };
  const refusal = (status: number, message: string): object => ({
    type: "error",
    error: {
      type: ERRORS[status] ?? (status >= 500 ? "api_error" : "invalid_request_error"),
      message,
    },
  });

  return {
    begin: () =>
      event("message_start", {
        message: {
          ...base,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      }),
    thought: (text) => within("thinking", { type: "thinking_delta", thinking: text }),
    text: (text) => within("text", { type: "text_delta", text }),
    tool: ({ name, input }, index) => {
      const before = close();
      const at = blocks;
      blocks += 1;
      return (
        before +
        event("content_block_start", {
          index: at,
          content_block: { type: "tool_use", id: `toolu_${id}_${index}`, name, input: {} },
        }) +
        event("content_block_delta", {
          index: at,
          delta: { type: "input_json_delta", partial_json: JSON.stringify(input) },
        }) +
        event("content_block_stop", { index: at })
      );
    },
    end: (reply) => {
      const { input, output } = usageOf(reply);
      return (
        close() +
        event("message_delta", {
          delta: { stop_reason: FINISH[finishOf(reply)], stop_sequence: null },
          usage: { input_tokens: input, output_tokens: output },
        }) +
        event("message_stop", {})
      );
    },
    whole: (reply) => ({
      ...base,
      content: [
        ...(textOf(reply) === "" ? [] : [{ type: "text", text: textOf(reply) }]),
        ...(reply.tools ?? []).map(({ name, input }, index) => ({
          type: "tool_use",
          id: `toolu_${id}_${index}`,
          name,
          input,
        })),
      ],
      stop_reason: FINISH[finishOf(reply)],
      stop_sequence: null,
      usage: { input_tokens: usageOf(reply).input, output_tokens: usageOf(reply).output },
    }),
    refusal: ({ status, message }) => refusal(status, message),
    error: (message) => frame(refusal(529, message), "error"),
  };
}

const ERRORS: Readonly<Record<number, string>> = {
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  429: "rate_limit_error",
  529: "overloaded_error",
};
