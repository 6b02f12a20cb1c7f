import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";

import { generatePlace, toChatBody } from "./generate-request.ts";
import { hear, type Api, type Heard } from "./heard.ts";
import { perform } from "./perform.ts";
import type { Reply } from "./reply.ts";
import { scripted } from "./script.ts";

/** A model behind real HTTP on loopback, for programs that speak OpenAI's, Anthropic's or Google's protocol. It thinks nothing and does as told. */
export interface ModelServer {
  /** Ends in `/v1`: what OpenAI's clients take. Anthropic's and Google's take `origin`. */
  readonly url: string;
  readonly origin: string;
  /** Every request to a model, the oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** The next requests get these, one each, in order; then the script answers again. */
  queue(...replies: readonly Reply[]): void;
  /** Requests that `wants` picks get this, before the queue and the script; until it is called off. */
  always(wants: (heard: Heard) => boolean, reply: Reply): () => void;
  stop(): Promise<void>;
}

export interface LoggedRequest {
  readonly heard: Heard;
  /** As it was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of performance.now(). */
  readonly at: number;
  /** `left`: who asked closed the connection before the end. */
  readonly outcome: "open" | "answered" | "refused" | "broken" | "left";
}

const APIS: Readonly<Record<string, Api>> = {
  "/chat/completions": "chat",
  "/messages": "messages",
  "/responses": "responses",
};

export async function startModelServer(
  options: {
    readonly models?: readonly string[];
    readonly key?: string;
    /** How a message begins that repeats what was said before. */
    readonly retold?: RegExp;
  } = {},
): Promise<ModelServer> {
  const { models = ["test-model"], key = null, retold = /^(?!)/ } = options;
  const requests: { -readonly [Field in keyof LoggedRequest]: LoggedRequest[Field] }[] = [];
  const queued: Reply[] = [];
  const rules = new Set<{ wants(heard: Heard): boolean; reply: Reply }>();

  const choose = (heard: Heard, request: IncomingMessage): Reply => {
    const given =
      request.headers["x-api-key"] ??
      request.headers["x-goog-api-key"] ??
      request.headers.authorization?.split(" ")[1];
    if (key !== null && given !== key) {
      return { refuse: { status: 401, message: `Incorrect API key provided: ${String(given)}` } };
    }
    if (options.models !== undefined && !models.includes(heard.model)) {
      const message = `The model \`${heard.model}\` does not exist`;
      return { refuse: { status: 404, message, code: "model_not_found" } };
    }
    const rule = [...rules].find((one) => one.wants(heard));
    return rule?.reply ?? queued.shift() ?? scripted(heard, retold);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://fake");
    const generate = generatePlace(pathname);
    const path = pathname.replace(/^\/v1(?=\/)/, "");
    if (path === "/models") {
      return send(response, 200, {
        object: "list",
        data: models.map((id) => ({ id, object: "model" })),
      });
    }
    if (path === "/messages/count_tokens") return send(response, 200, { input_tokens: 100 });
    if (generate?.does === "countTokens") return send(response, 200, { totalTokens: 100 });
    const api = generate === null ? APIS[path] : "generate";
    if (api === undefined || request.method !== "POST") {
      return send(response, 404, { error: { message: `no such place: ${path}` } });
    }
    const body = JSON.parse(await readText(request)) as Record<string, unknown>;
    const heard = hear(api, generate === null ? body : toChatBody(body, generate));
    const logged: (typeof requests)[number] = {
      heard,
      body,
      headers: request.headers,
      at: performance.now(),
      outcome: "open",
    };
    requests.push(logged);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    logged.outcome = await perform(choose(heard, request), {
      heard,
      id: String(requests.length),
      response,
      gone: gone.signal,
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 400, { error: { message: String(error) } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/v1`,
    requests,
    queue: (...replies) => {
      queued.push(...replies);
    },
    always: (wants, reply) => {
      const rule = { wants, reply };
      rules.add(rule);
      return () => {
        rules.delete(rule);
      };
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
