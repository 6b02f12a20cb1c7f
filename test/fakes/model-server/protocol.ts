import type { Reply, Refusal, ToolCall } from "./reply.ts";

/** How one protocol writes an answer. Each frame is whole: as it goes over the line. */
export interface Protocol {
  begin(): string;
  thought(text: string): string;
  text(text: string): string;
  tool(call: ToolCall, index: number): string;
  end(reply: Reply): string;
  /** The same without a stream. */
  whole(reply: Reply): object;
  refusal(refusal: Refusal): object;
  /** An error within the stream. */
  error(message: string): string;
}

export function frame(data: object, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

export function textOf(reply: Reply): string {
  return (reply.text ?? []).join("");
}

export function usageOf(reply: Reply): { readonly input: number; readonly output: number } {
  return reply.usage ?? { input: 100, output: 10 };
}

export function finishOf(reply: Reply): NonNullable<Reply["finish"]> {
  return reply.finish ?? ((reply.tools ?? []).length > 0 ? "tool" : "stop");
}
