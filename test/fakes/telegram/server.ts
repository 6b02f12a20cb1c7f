import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { sleep } from "../../../sessions/clock.ts";

import { BotError, badRequest } from "./bot-error.ts";
import type { FakeCall } from "./fake-telegram.ts";
import type { Fault, Faults } from "./faults.ts";
import { Described } from "./method.ts";
import { METHODS } from "./method-table.ts";
import { payloadOf } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { readParameters } from "./request-body.ts";
import type { World } from "./world.ts";

export interface BotApiServer {
  readonly url: string;
  readonly calls: FakeCall[];
  outage(kind: "refuse" | "reset"): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
}

type LoggedCall = { -readonly [Field in keyof FakeCall]: FakeCall[Field] };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export async function startServer(world: World, faults: Faults): Promise<BotApiServer> {
  const calls: LoggedCall[] = [];
  const stopped = new AbortController();
  let isResetting = false;
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;

  async function listen(at: number): Promise<Server> {
    const listener = createServer((request, response) => {
      void handle(request, response);
    });
    // Long polls and idle connections of clients live as long as these want.
    listener.keepAliveTimeout = 600_000;
    listener.requestTimeout = 0;
    listener.on("connection", (socket) => {
      if (isResetting) socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      listener.once("error", reject);
      listener.listen(at, "127.0.0.1", resolve);
    });
    return listener;
  }

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    const url = new URL(request.url ?? "/", "http://fake");
    const found = /^\/(file\/)?bot(\d+:[\w-]+)\/(.+)$/.exec(decodeURI(url.pathname));
    if (found === null) return answerWith(response, refusal(new BotError(404, "Not Found")));
    const [, file, token = "", rest = ""] = found;
    const call: LoggedCall = {
      method: file === undefined ? rest.toLowerCase() : "file",
      bot: world.bots.get(token)?.user.id ?? null,
      at: world.clock.now(),
      payload: file === undefined ? {} : { path: rest },
      outcome: "held",
      description: null,
    };
    calls.push(call);
    response.on("close", () => {
      gone.abort();
      if (call.outcome === "held") call.outcome = "gone";
    });
    try {
      const met = faults.meet(call.method);
      const read = await readOrRefusal(request, url);
      if (!(read instanceof BotError)) call.payload = { ...call.payload, ...payloadOf(read) };
      const answer = await perform({ call, token, rest, read, met, signal: gone.signal });
      if (gone.signal.aborted) call.outcome = "gone";
      else if (answer === "cut" || met.some(({ kind }) => kind === "cut_answer")) {
        call.outcome = "cut";
        request.socket.destroy();
      } else if (answer !== "never") {
        call.outcome = answer.status;
        call.description = descriptionOf(answer.body);
        answerWith(response, answer);
      }
    } catch (error) {
      // The client left while it was read.
      if (!gone.signal.aborted) throw error;
      call.outcome = "gone";
    }
  }

  async function readOrRefusal(request: IncomingMessage, url: URL): Promise<Parameters | BotError> {
    try {
      return await readParameters(request, url, world.options.uploadLimit);
    } catch (error) {
      if (error instanceof BotError) return error;
      throw error;
    }
  }

  async function perform(work: {
    readonly call: LoggedCall;
    readonly token: string;
    readonly rest: string;
    readonly read: Parameters | BotError;
    readonly met: readonly Fault[];
    readonly signal: AbortSignal;
  }): Promise<Answer | "cut" | "never"> {
    const { call, token, rest, read, met, signal } = work;
    for (const fault of met) {
      if (fault.kind === "black_hole") return "never";
      if (fault.kind === "cut_request") return "cut";
      if (fault.kind === "fail") return { status: fault.status, body: fault.body };
      if (fault.kind === "delay") await sleep(world.clock, fault.ms, stopped.signal);
    }
    // What was read whole is done, also when its client has left since.
    if (stopped.signal.aborted) return "never";
    const bot = world.bots.get(token);
    try {
      if (bot === undefined || bot.revoked) throw new BotError(401, "Unauthorized");
      if (read instanceof BotError) throw read;
      if (call.method === "file") return download(world, rest);
      const method = METHODS.get(call.method);
      if (method === undefined) throw new BotError(404, "Not Found: method not found");
      const result = await method({ world, bot, parameters: read, signal });
      return { status: 200, body: success(result) };
    } catch (error) {
      if (error instanceof BotError) return refusal(error);
      // A bug of the fake is seen by the test that met it.
      return refusal(new BotError(500, `Internal Server Error: ${String(error)}`));
    }
  }

  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async outage(kind) {
      if (kind === "reset") {
        isResetting = true;
        server.closeAllConnections();
      } else await close();
    },
    async restore() {
      isResetting = false;
      if (!server.listening) server = await listen(port);
    },
    stop() {
      stopped.abort();
      return close();
    },
  };
}

function success(result: unknown): unknown {
  return result instanceof Described
    ? { ok: true, result: result.result, description: result.description }
    : { ok: true, result };
}

function refusal({ status, message, parameters }: BotError): Answer {
  const base = { ok: false, error_code: status, description: message };
  return { status, body: parameters === null ? base : { ...base, parameters } };
}

function download(world: World, path: string): Answer {
  const file = world.files.byPath(path);
  if (file === undefined) throw new BotError(404, "Not Found");
  if (file.bytes.length > world.options.downloadLimit) throw badRequest("file is too big");
  return { status: 200, body: file.bytes };
}

function descriptionOf(body: unknown): string | null {
  const description = (body as { description?: unknown } | null)?.description;
  return typeof description === "string" ? description : null;
}

function answerWith(response: ServerResponse, { status, body }: Answer): void {
  if (body instanceof Uint8Array) {
    response.writeHead(status, { "content-type": "application/octet-stream" }).end(body);
    return;
  }
  const isText = typeof body === "string";
  const parameters = (body as { parameters?: { retry_after?: number } } | null)?.parameters;
  response.setHeader("content-type", isText ? "text/html" : "application/json");
  if (parameters?.retry_after !== undefined) {
    response.setHeader("retry-after", parameters.retry_after);
  }
  response.writeHead(status).end(isText ? body : JSON.stringify(body));
}
