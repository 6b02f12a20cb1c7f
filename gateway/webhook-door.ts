import type { Log } from "../adapters/log.ts";
import type { WebhookDoor, WebhookReceiver } from "../adapters/webhook-door.ts";
import { textOf } from "../sessions/errors.ts";
import { serveWebhooks } from "./control/serve-webhooks.ts";
import type { Place } from "./control/listener.ts";
import type { WebhookServer } from "./control/serve-webhooks.ts";

const AWAY: WebhookReceiver = () => Promise.resolve({ status: 503 });

export interface ListeningDoor extends WebhookDoor {
  /** The port while it listens, or null. */
  port(): number | null;
}

/** The listener for networks that call us: there from the first path to the last. */
export function createWebhookDoor(
  at: Place,
  { log }: { readonly log: Pick<Log, "info" | "error"> },
): ListeningDoor {
  const receivers = new Map<string, WebhookReceiver>();
  const leaving = new Set<string>();
  let listening: Promise<WebhookServer> | null = null;
  let closing: Promise<void> | null = null;
  let port: number | null = null;

  return {
    port: () => port,
    async open(path, receive) {
      if (receivers.has(path)) throw new Error(`webhook path ${path} is taken`);
      const underWay = new Set<Promise<unknown>>();
      receivers.set(path, (call) => {
        const answer = guarded(path, receive(call));
        underWay.add(answer);
        return answer.finally(() => underWay.delete(answer));
      });
      await closing;
      try {
        listening ??= listen();
        await listening;
      } catch (thrown) {
        receivers.delete(path);
        listening = null;
        throw thrown;
      }
      let closed: Promise<void> | null = null;
      return () => (closed ??= leave(path, underWay));
    },
  };

  async function listen(): Promise<WebhookServer> {
    // While others keep the listener, who leaves takes nothing more; with the last one, all who have come are heard.
    const receiver = (path: string): WebhookReceiver | null =>
      leaving.has(path) && listening !== null ? AWAY : (receivers.get(path) ?? null);
    const server = await serveWebhooks({ ...at, receiver });
    ({ port } = server);
    const descriptor = at.descriptor ?? null;
    const place = descriptor === null ? { host: at.host, port } : { descriptor };
    log.info(place, "webhook listener opened");
    return server;
  }

  /** What is being stored is still answered. */
  async function leave(path: string, underWay: ReadonlySet<Promise<unknown>>): Promise<void> {
    leaving.add(path);
    const answered = Promise.allSettled(underWay);
    // The last one still answers who has come until the listener is closed.
    if (leaving.size === receivers.size) await close(answered);
    else await answered;
    receivers.delete(path);
    leaving.delete(path);
  }

  async function close(answered: Promise<unknown>): Promise<void> {
    if (listening !== null) {
      const last = listening;
      listening = null;
      port = null;
      closing = last.then((server) => server.close(answered)).finally(() => (closing = null));
    }
    await closing;
  }

  async function guarded(
    path: string,
    answer: ReturnType<WebhookReceiver>,
  ): ReturnType<WebhookReceiver> {
    try {
      return await answer;
    } catch (thrown) {
      log.error({ path, error: textOf(thrown) }, "webhook call failed");
      return { status: 503 };
    }
  }
}
