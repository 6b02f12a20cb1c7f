import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import type { Context } from "hono";
import { textOf } from "../../sessions/errors.ts";
import type { AdapterHost } from "../adapter.ts";
import type { Archive } from "./archive.ts";
import { readBody } from "./body.ts";
import { STREAM_HEADERS } from "./event-stream.ts";
import { createFileRoutes } from "./file-routes.ts";
import type { FileShelf } from "./file-shelf.ts";
import { createGuard } from "./guard.ts";
import type { InnerDoor } from "./inner-door.ts";
import type { Log } from "../log.ts";
import { isChatName, isPostId, parsePress, parseSay } from "./posts.ts";
import type { Parsed, Press, Say } from "./posts.ts";
import type { Answer, Reception } from "./reception.ts";
import { toResponse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Viewers } from "./viewers.ts";

export interface RoutesOptions {
  readonly token: string;
  readonly hostName: string;
  readonly host: Pick<AdapterHost, "fate">;
  readonly archive: Archive;
  readonly shelf: FileShelf;
  readonly door: InnerDoor;
  readonly reception: Reception;
  readonly viewers: Viewers;
  readonly log: Log;
  /** True once the adapter takes nothing new. */
  readonly isClosing: () => boolean;
}

type Env = { Bindings: HttpBindings };

/** Bytes of one posted body. */
const BODY_LIMIT = 256 * 1024;
const PAGE = { usual: 100, most: 1_000 };

const CLOSING: Refusal = {
  status: 503,
  code: "closing",
  message: "the gateway is going away",
  advice: "send it again in a moment, with the same id",
  retryAfterSeconds: 1,
};
const TOO_LARGE: Refusal = {
  status: 413,
  code: "message_too_large",
  message: `the body is larger than ${BODY_LIMIT} bytes`,
  advice: "send less at once",
};
const CHAT_NAME: Refusal = {
  status: 400,
  code: "chat_name",
  message: "the chat's name is not 1 to 64 letters, digits or any of . @ + = _ -",
  advice: "choose another name",
};

/** The HTTP face of the local chat, as `docs/local-chat.md` describes it. */
export function createRoutes(options: RoutesOptions): Hono<Env> {
  const { archive, reception, viewers } = options;
  const guard = createGuard(options.token, options.hostName);
  const routes = new Hono<Env>();

  routes.use(async (context, next) => {
    const { incoming } = context.env;
    const isIn = options.door.hasAdmitted(incoming);
    const refusal = (isIn ? null : guard(incoming)) ?? (options.isClosing() ? CLOSING : null);
    if (refusal !== null) return toResponse(refusal);
    return next();
  });
  routes.use("/v1/chats/:chat/*", async (context, next) =>
    isChatName(context.req.param("chat")) ? next() : toResponse(CHAT_NAME),
  );

  routes.post("/v1/chats/:chat/messages", (context) =>
    take<Say>(context, parseSay, (post) => reception.say(context.req.param("chat"), post)),
  );
  routes.post("/v1/chats/:chat/presses", (context) =>
    take<Press>(context, parsePress, (post) => reception.press(context.req.param("chat"), post)),
  );

  routes.get("/v1/chats/:chat/messages", (context) => {
    const chat = context.req.param("chat");
    const after = toWhole(context.req.query("after"));
    const limit = Math.min(toWhole(context.req.query("limit")) ?? PAGE.usual, PAGE.most);
    const before = toWhole(context.req.query("before"));
    const until = archive.last;
    const messages =
      before !== null
        ? archive.earlier(chat, before, limit)
        : after === null
          ? archive.latest(chat, limit)
          : archive.messages({ chat, after, until }, limit);
    return context.json({ messages, last: until });
  });
  routes.route("/", createFileRoutes(options.shelf, options.log));

  const watch = async (context: Context<Env>, chat: string | null): Promise<Response> => {
    // A stream that nobody reads would never end.
    if (context.req.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
    const after = toWhole(context.req.header("Last-Event-ID") ?? context.req.query("after"));
    await viewers.show({ response: context.env.outgoing, chat }, archive, after);
    return RESPONSE_ALREADY_SENT;
  };
  routes.get("/v1/chats/:chat/events", (context) => watch(context, context.req.param("chat")));
  routes.get("/v1/events", (context) => watch(context, null));

  routes.get("/v1/messages/:externalId/fate", async (context) => {
    const externalId = context.req.param("externalId");
    const fate = await options.host.fate(externalId);
    if (fate !== null) return context.json({ externalId, fate });
    return toResponse({
      status: 404,
      code: "message_unknown",
      message: `no message ${externalId} was stored here`,
      advice: "check its external id",
    });
  });

  routes.notFound((context) =>
    toResponse({
      status: 404,
      code: "route_unknown",
      message: `there is no ${context.req.method} ${context.req.path}`,
      advice: "see docs/local-chat.md",
    }),
  );
  routes.onError((thrown, context) => {
    const { method, path } = context.req;
    options.log.error({ method, path, error: textOf(thrown) }, "local chat request failed");
    return toResponse({
      status: 500,
      code: "failed",
      message: "the request failed",
      advice: "see the gateway's log",
    });
  });
  return routes;
}

async function take<Post extends { id?: string | undefined }>(
  context: Context<Env>,
  parse: (body: string) => Parsed<Post>,
  accept: (post: Post) => Promise<Answer>,
): Promise<Response> {
  const body = await readBody(context.env.incoming, BODY_LIMIT);
  if (body.kind === "too_large") return toResponse(TOO_LARGE);
  if (body.kind === "broken_off") return new Response(null, { status: 499 });
  const parsed = parse(body.text);
  if (!parsed.ok) return toResponse(parsed.refusal);
  const key = context.req.header("Idempotency-Key");
  const answer = await accept(
    parsed.post.id === undefined && key !== undefined && isPostId(key)
      ? { ...parsed.post, id: key }
      : parsed.post,
  );
  if (answer.kind === "refused") return toResponse(answer.refusal);
  const { id, externalId, fate, duplicate } = answer;
  return context.json({ id, externalId, fate, duplicate }, duplicate ? 200 : 201);
}

function toWhole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
