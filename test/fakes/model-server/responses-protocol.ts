import { finishOf, frame, textOf, usageOf, type Protocol } from "./protocol.ts";
import type { Reply, ToolCall } from "./reply.ts";

/** Responses of OpenAI. */
export function responsesProtocol(id: string, model: string): Protocol {
  let sequence = 0;
  const items: object[] = [];
  let said: string | null = null;

  const event = (type: string, rest: object): string => {
    sequence += 1;
    return frame({ type, sequence_number: sequence, ...rest }, type);
  };
  const response = (status: string, more: object = {}): object => ({
    id: `resp_${id}`,
    object: "response",
    created_at: 1_700_000_000,
    model,
    status,
    error: null,
    incomplete_details: null,
    output: [...items],
    parallel_tool_calls: true,
    tools: [],
    ...more,
  });
  const message = (text: string, status: string) => ({
    id: `item_${id}_text`,
    type: "message",
    role: "assistant",
    status,
    content: [{ type: "output_text", text, annotations: [] }],
  });
  const call = ({ name, input }: ToolCall, index: number) => ({
    id: `item_${id}_${index}`,
    type: "function_call",
    call_id: `call_${id}_${index}`,
    name,
    arguments: JSON.stringify(input),
    status: "completed",
  });
  const place = () => ({
    item_id: `item_${id}_text`,
    output_index: items.length,
    content_index: 0,
  });
  const closeText = (): string => {
    if (said === null) return "";
    const item = message(said, "completed");
    const frames =
      event("response.output_text.done", { ...place(), text: said }) +
      event("response.content_part.done", { ...place(), part: item.content[0] }) +
      event("response.output_item.done", { output_index: items.length, item });
    items.push(item);
    said = null;
    return frames;
  };
  const ended = (reply: Reply): object => {
    const { input, output } = usageOf(reply);
    const isCut = finishOf(reply) === "length";
    return response(isCut ? "incomplete" : "completed", {
      ...(isCut ? { incomplete_details: { reason: "max_output_tokens" } } : {}),
      usage: {
        input_tokens: input,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: output,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: input + output,
      },
    });
  };

  return {
    begin: () =>
      event("response.created", { response: response("in_progress") }) +
      event("response.in_progress", { response: response("in_progress") }),
    thought: () => "",
    text: (text) => {
      let frames = "";
      if (said === null) {
        said = "";
        frames =
          event("response.output_item.added", {
            output_index: items.length,
            item: { ...message("", "in_progress"), content: [] },
          }) +
          event("response.content_part.added", {
            ...place(),
            part: { type: "output_text", text: "", annotations: [] },
          });
      }
      said += text;
      return frames + event("response.output_text.delta", { ...place(), delta: text });
    },
    tool: (one, index) => {
      const before = closeText();
      const item = call(one, index);
      const at = { item_id: item.id, output_index: items.length };
      const frames =
        event("response.output_item.added", {
          output_index: items.length,
          item: { ...item, arguments: "", status: "in_progress" },
        }) +
        event("response.function_call_arguments.delta", { ...at, delta: item.arguments }) +
        event("response.function_call_arguments.done", { ...at, arguments: item.arguments }) +
        event("response.output_item.done", { output_index: items.length, item });
      items.push(item);
      return before + frames;
    },
    end: (reply) => {
      const before = closeText();
      const type = finishOf(reply) === "length" ? "response.incomplete" : "response.completed";
      return before + event(type, { response: ended(reply) });
    },
    whole: (reply) => {
      if (textOf(reply) !== "") items.push(message(textOf(reply), "completed"));
      items.push(...(reply.tools ?? []).map(call));
      return ended(reply);
    },
    refusal: ({ status, message, code }) => ({
      error: {
        message,
        type: status < 500 ? "invalid_request_error" : "server_error",
        code: code ?? null,
      },
    }),
    error: (message) => event("error", { code: "server_error", message, param: null }),
  };
}
