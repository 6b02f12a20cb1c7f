import { finishOf, frame, textOf, usageOf, type Protocol } from "./protocol.ts";
import type { Reply, ToolCall } from "./reply.ts";

const FINISH = { stop: "STOP", length: "MAX_TOKENS", refused: "SAFETY", tool: "STOP" };

/** Generate Content of Google. */
export function generateProtocol(id: string, model: string): Protocol {
  const answer = (parts: readonly object[], more: object = {}): object => ({
    candidates: [{ index: 0, content: { role: "model", parts }, ...more }],
    modelVersion: model,
    responseId: `gen-${id}`,
  });
  const call = ({ name, input }: ToolCall, index: number) => ({
    functionCall: { id: `call_${id}_${index}`, name, args: input },
  });
  const usage = (reply: Reply) => {
    const { input, output } = usageOf(reply);
    return {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
    };
  };
  const refusal = (status: number, message: string): object => ({
    error: { code: status, message, status: STATUSES[status] ?? "INTERNAL" },
  });
  const finish = (reply: Reply) => ({ finishReason: FINISH[finishOf(reply)] });
  return {
    begin: () => "",
    thought: (text) => frame(answer([{ text, thought: true }])),
    text: (text) => frame(answer([{ text }])),
    tool: (one, index) => frame(answer([call(one, index)])),
    end: (reply) =>
      frame({ ...answer([{ text: "" }], finish(reply)), usageMetadata: usage(reply) }),
    whole: (reply) => ({
      ...answer([{ text: textOf(reply) }, ...(reply.tools ?? []).map(call)], finish(reply)),
      usageMetadata: usage(reply),
    }),
    refusal: ({ status, message }) => refusal(status, message),
    error: (message) => frame(refusal(500, message)),
  };
}

const STATUSES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  503: "UNAVAILABLE",
};
