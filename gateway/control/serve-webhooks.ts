import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { WebhookReceiver } from "../../adapters/webhook-door.ts";
import { closeServerGently, listenAt, toServer } from "./listener.ts";

export interface WebhookServerOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** A listening socket that was opened for us, in place of host and port. */
  readonly descriptor?: number | null;
  /** Who takes the calls to a path; null = nobody. */
  readonly receiver: (path: string) => WebhookReceiver | null;
}

export interface WebhookServer {
  readonly port: number;
  /** Takes no new connection; nothing is cut before `answered` has resolved. */
  close(answered: Promise<unknown>): Promise<void>;
}

const LONGEST_BODY = 1024 * 1024;

/** Rejects with `port_in_use`. */
export async function serveWebhooks(options: WebhookServerOptions): Promise<WebhookServer> {
  const server = toServer(createWebhookApp(options.receiver));
  const advice =
    "end the program that uses it, or set webhooks.port to another one and lead Telegram's calls there";
  const port = await listenAt(server, options, advice);
  return { port, close: (answered) => closeServerGently(server, answered) };
}

function createWebhookApp(receiver: WebhookServerOptions["receiver"]): Hono {
  const app = new Hono();
  app.onError((_, context) => context.text("not taken", 503));
  app.use(async (context, next) => {
    if (receiver(context.req.path) === null) return context.text("nothing here", 404);
    if (context.req.method !== "POST") return context.text("POST only", 405, { Allow: "POST" });
    return next();
  });
  app.use(
    bodyLimit({ maxSize: LONGEST_BODY, onError: (context) => context.text("too long", 413) }),
  );
  app.post("*", async (context) => {
    const body = await context.req.text();
    // It may have gone while the body came in.
    const receive = receiver(context.req.path);
    if (receive === null) return context.text("nothing here any more", 503);
    const header = (name: string): string | null => context.req.header(name) ?? null;
    const { status } = await receive({ header, body });
    // A store that is full does not empty within the millisecond in which Telegram would call again.
    return context.body(null, status, status === 503 ? { "Retry-After": "1" } : {});
  });
  return app;
}
