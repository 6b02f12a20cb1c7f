import type { OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

import { NotAStream } from "./not-a-stream.ts";

type Model = ReturnType<OpenAICompatibleProvider["chatModel"]>;

/** The messages of one request. */
export type Prompt = Parameters<Model["doStream"]>[0]["prompt"];
export type PromptMessage = Prompt[number];

export interface EndpointSettings {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string | null;
  readonly temperature: number | null;
}

/** What comes of one request. */
export type Said =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thought"; readonly text: string }
  /** It wants a tool, though it was told of none. */
  | { readonly type: "tool"; readonly name: string }
  /** Last. `why`: as the endpoint said, in the library's words. */
  | {
      readonly type: "end";
      readonly why:
        | "stop"
        | "length"
        | "content-filter"
        | "tool-calls"
        | "interrupted"
        | "error"
        | "other";
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
    };

export interface Endpoint {
  /**
   * One request, never repeated. Throws the library's errors, or what a chunk of the stream told as one.
   * `onBytes`: something came, a comment that only keeps the connection counts too.
   */
  ask(
    prompt: Prompt,
    options: { readonly signal: AbortSignal; onBytes(): void },
  ): AsyncIterable<Said>;
}

export function createEndpoint(settings: EndpointSettings): Endpoint {
  const { baseUrl, key, model, temperature } = settings;
  return {
    async *ask(prompt, { signal, onBytes }) {
      const provider = createOpenAICompatible({
        name: "endpoint",
        baseURL: baseUrl,
        includeUsage: true,
        ...(key === null ? {} : { apiKey: key }),
        fetch: async (url, init) => watched(await fetch(url, init), onBytes),
      });
      const { stream } = await provider.chatModel(model).doStream({
        prompt,
        abortSignal: signal,
        ...(temperature === null ? {} : { temperature }),
      });
      for await (const part of stream) {
        if (part.type === "error") throw part.error;
        const said = toSaid(part);
        if (said !== null) yield said;
      }
    },
  };
}

type Part =
  Awaited<ReturnType<Model["doStream"]>>["stream"] extends ReadableStream<infer One> ? One : never;

/** Null for the many parts that mean nothing here. */
function toSaid(part: Part): Said | null {
  if (part.type === "text-delta") return { type: "text", text: part.delta };
  if (part.type === "reasoning-delta") return { type: "thought", text: part.delta };
  if (part.type === "tool-call") return { type: "tool", name: part.toolName };
  if (part.type !== "finish") return null;
  return {
    type: "end",
    why: part.finishReason.unified,
    inputTokens: part.usage.inputTokens.total ?? null,
    outputTokens: part.usage.outputTokens.total ?? null,
  };
}

/** The same answer, whose bytes are seen as they pass. A page or a document in place of a stream is an error. */
function watched(response: Response, onBytes: () => void): Response {
  if (!response.ok || response.body === null) return response;
  const kind = response.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  if (kind === "text/html" || kind === "application/json") throw new NotAStream(kind);
  const { status, statusText, headers } = response;
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onBytes();
        controller.enqueue(chunk);
      },
    }),
  );
  return new Response(body, { status, statusText, headers });
}
