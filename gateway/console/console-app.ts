import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Adapter } from "../../adapters/adapter.ts";
import type { Clock } from "../../sessions/clock.ts";
import type { Secret } from "../config/secret.ts";
import { createControlApp } from "../control/app.ts";
import type { HttpEnv } from "../control/health-app.ts";
import { thrownFault } from "../control/fault.ts";
import type { Operations } from "../operations.ts";
import { toResponse as toAnswer } from "./asset.ts";
import { addChatBridge } from "./chat-bridge.ts";
import { createEntrance } from "./entrance.ts";
import { foreignness } from "./guard.ts";
import { createGuesses } from "./guesses.ts";
import { SECURITY_HEADERS } from "./headers.ts";
import type { ConsoleLog } from "./log.ts";
import { createNames } from "./names.ts";
import { readPageFiles } from "./page-files.ts";
import type { PageFiles } from "./page-files.ts";
import { toResponse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

export interface ConsoleOptions {
  readonly operations: Operations;
  readonly adapters: readonly Adapter[];
  readonly token: Secret;
  /** Where the server listens. */
  readonly host: string;
  /** Other names for this machine, of a proxy in front of it. */
  readonly hosts: readonly string[];
  /** Of the page's files. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: ConsoleLog;
}

const LONGEST_BODY = 1024 * 1024;
const TOO_LONG: Refusal = {
  status: 413,
  code: "too_long",
  message: `The request is longer than ${LONGEST_BODY} bytes`,
  advice: "send less at once",
};

/** The console: its page, and what the page asks for. Nothing of it without the token. */
export function addConsole(app: Hono<HttpEnv>, options: ConsoleOptions, signal: AbortSignal): void {
  const { clock, log, operations } = options;
  const names = createNames(options.host, options.hosts);
  const guesses = createGuesses(clock, () => log.warn({}, "console: many wrong tokens"));
  const entrance = createEntrance({ token: options.token, clock, guesses });
  let files: PageFiles | null = null;

  app.use(async (context, next) => {
    const { incoming, outgoing } = context.env;
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) outgoing.setHeader(name, value);
    outgoing.setHeader("Cache-Control", "no-store");
    const foreign = foreignness(names, incoming);
    if (foreign !== null) return toResponse(foreign, undefined);
    return entrance.stop(incoming) ?? next();
  });
  app.use(
    "/api/*",
    bodyLimit({ maxSize: LONGEST_BODY, onError: () => toResponse(TOO_LONG, undefined) }),
  );
  app.route("/api", createControlApp(operations, { log, signal, clock }));
  addChatBridge(app, options.adapters);
  app.get("*", async (context, next) => {
    files ??= readPageFiles(options.directory);
    const asset = await files.get(context.req.path)?.();
    if (asset === undefined) return next();
    const { incoming, outgoing } = context.env;
    if (context.req.path === "/") outgoing.setHeader("Set-Cookie", entrance.renew(incoming));
    return toAnswer(asset, context.req.raw.headers);
  });
  app.onError((thrown, context) => {
    const { response, isOurs } = thrownFault(context, thrown);
    if (isOurs) log.error({ path: context.req.path, err: thrown }, "console request failed");
    return response;
  });
  app.notFound((context) =>
    toResponse(
      {
        status: 404,
        code: "not_found",
        message: `There is no ${context.req.method} ${context.req.path}`,
        advice: "open /",
      },
      undefined,
    ),
  );
}
