import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { sleep } from "../../../../sessions/clock.ts";
import type { RouteLimit } from "../fake-discord.ts";
import type { CallFault, RestFaults } from "../faults.ts";
import type { Recorder } from "../recorder.ts";
import type { CallRecord } from "../records.ts";
import type { World } from "../world/world.ts";
import { parseBody, readBytes } from "./body.ts";
import { createCallFaults } from "./call-faults.ts";
import { CDN_ROUTE, serveFile } from "./cdn.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { historyRoutes } from "./history.ts";
import { interactionRoutes } from "./interactions.ts";
import { messageRoutes } from "./messages.ts";
import { createRateLimits, limited } from "./rate-limits.ts";
import type { Verdict } from "./rate-limits.ts";
import { reactionRoutes } from "./reactions.ts";
import { Refusal, refuse } from "./refusal.ts";
import { findRoute, ok } from "./route.ts";
import type { Answer, CallLimits, Route } from "./route.ts";
import { threadRoutes } from "./threads.ts";

export interface RestSettings {
  readonly limits: CallLimits;
  readonly rateLimits: readonly RouteLimit[] | "off";
  /** The token that is good now. */
  token(): string;
  readonly gatewayUrl: string;
  /** `GET /gateway/bot`. */
  gatewayInfo(): unknown;
}

export interface RestServer {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly faults: RestFaults;
  close(): Promise<void>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Decided extends Answer {
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startRest(
  world: World,
  settings: RestSettings,
  recorder: Recorder,
): Promise<RestServer> {
  const faults = createCallFaults();
  const rateLimits = createRateLimits(world.clock, settings.rateLimits);
  const closing = new AbortController();
  const routes: readonly Route[] = [
    { method: "GET", path: "/gateway/bot", answer: () => ok(settings.gatewayInfo()) },
    {
      method: "GET",
      path: "/gateway",
      needsBot: false,
      answer: () => ok({ url: settings.gatewayUrl }),
    },
    ...messageRoutes,
    ...historyRoutes,
    ...reactionRoutes,
    ...channelRoutes,
    ...threadRoutes,
    ...commandRoutes,
    ...interactionRoutes,
  ];

  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      recorder.misuse.push(`the fake failed: ${String(error)}`);
      if (!response.headersSent)
        write(response, { status: 500, body: { message: "500", code: 0 } });
    });
  });
  server.keepAliveTimeout = 120_000;
  server.on("connection", (socket) => {
    if (faults.outage === "refused") socket.destroy();
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    const { method = "GET" } = request;
    const url = new URL(request.url ?? "/", "http://localhost");
    const isFile = url.pathname.startsWith("/attachments/");
    const path = isFile ? url.pathname : url.pathname.replace(/^\/api\/v10(?=\/)/, "");
    const found = findRoute(routes, method, path);
    const record: Mutable<CallRecord> = {
      at: world.clock.now(),
      method,
      path,
      route: isFile ? CDN_ROUTE : typeof found === "string" ? path : found.route.path,
      query: Object.fromEntries(url.searchParams),
      body: null,
      status: 0,
      isAnswered: false,
    };
    recorder.calls.push(record);
    response.on("finish", () => {
      record.isAnswered = true;
    });
    if (faults.outage === "refused") return cut(response);
    if (faults.outage === "hangs") return;
    if (faults.outage === "unavailable") return conclude(record, response, UNAVAILABLE);

    const bytes = await readBytes(request).catch(() => null);
    if (bytes === null) return;
    const fault = faults.take(record);
    if (fault?.kind === "delay") await sleep(world.clock, fault.ms, closing.signal);
    if (isBefore(fault)) return meet(fault, record, response);
    if (isFile) {
      record.status = serveFile(world, url, response);
      return;
    }

    const decided = await decide();
    record.status = decided.status;
    const { status, body: said } = decided;
    const how = faults.onEffect({ method, path, route: record.route, status, answer: said });
    if (how === "cut" || fault?.kind === "lose_answer") return cut(response);
    if (fault?.kind === "hang_after") return;
    if (fault?.kind === "late_answer") await sleep(world.clock, fault.ms, closing.signal);
    if (fault?.kind === "status_after") {
      return conclude(record, response, { status: fault.status, body: fault.body ?? {} });
    }
    conclude(record, response, decided);

    async function decide(): Promise<Decided> {
      let headers: Readonly<Record<string, string>> = {};
      try {
        const needsBot = typeof found === "string" || found.route.needsBot !== false;
        const body = parseBody(bytes ?? Buffer.alloc(0), request.headers["content-type"] ?? "");
        record.body = body.json;
        if (needsBot && request.headers.authorization !== `Bot ${settings.token()}`) {
          throw refuse.unauthorised();
        }
        if (found === "no such path") {
          recorder.misuse.push(`the fake knows no ${method} ${path}`);
          throw refuse.notFound();
        }
        if (found === "no such method") throw new Refusal(405, 0, "405: Method Not Allowed");
        const verdict = rateLimits.take(found);
        ({ headers } = verdict);
        if (verdict.retryAfterMs !== null) return tooMany(verdict, verdict.retryAfterMs);
        const { route, params } = found;
        const { limits } = settings;
        const { json, files } = body;
        const query = url.searchParams;
        const call = { world, method, path, params, query, body: json, files, limits };
        return { ...route.answer(call), headers };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, code, message, errors } = error;
        const body = { message, code, ...(errors === undefined ? {} : { errors }) };
        return { status, body, headers };
      }
    }
  }

  /** The answer goes out, and is counted. */
  function conclude(record: Mutable<CallRecord>, response: ServerResponse, decided: Decided): void {
    record.status = decided.status;
    if ([401, 403, 429].includes(decided.status)) recorder.invalidRequests += 1;
    write(response, decided);
  }

  function meet(
    fault: Extract<CallFault, { kind: BeforeKind }>,
    record: Mutable<CallRecord>,
    response: ServerResponse,
  ): void {
    switch (fault.kind) {
      case "black_hole":
        return;
      case "drop":
        return cut(response);
      case "status":
        return conclude(record, response, { status: fault.status, body: fault.body ?? {} });
      case "rate_limit": {
        const verdict = limited(fault.retryAfterMs, { "x-ratelimit-scope": fault.scope ?? "user" });
        return conclude(record, response, tooMany(verdict, fault.retryAfterMs));
      }
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  return {
    origin: `http://127.0.0.1:${address.port}`,
    faults,
    close() {
      closing.abort();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const UNAVAILABLE: Decided = {
  status: 503,
  body: { message: "503: Service Unavailable", code: 0 },
};

type BeforeKind = "black_hole" | "drop" | "status" | "rate_limit";

/** Whether the call has no effect. */
function isBefore(fault: CallFault | null): fault is Extract<CallFault, { kind: BeforeKind }> {
  return fault !== null && ["black_hole", "drop", "status", "rate_limit"].includes(fault.kind);
}

function tooMany({ isGlobal, headers }: Verdict, retryAfterMs: number): Decided {
  const body = {
    message: "You are being rate limited.",
    retry_after: retryAfterMs / 1000,
    global: isGlobal,
  };
  return { status: 429, body, headers };
}

function cut(response: ServerResponse): void {
  response.socket?.destroy();
}

function write(response: ServerResponse, { status, body, headers = {} }: Decided): void {
  if (response.destroyed) return;
  if (body === undefined) {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
