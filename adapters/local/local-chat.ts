import { getRequestListener } from "@hono/node-server";
import type { Chance, Clock } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { AdapterHost } from "../adapter.ts";
import { Archive } from "./archive.ts";
import { listen } from "./listener.ts";
import type { Listener } from "./listener.ts";
import type { Log } from "../log.ts";
import { createReception } from "./reception.ts";
import { createRoutes } from "./routes.ts";
import { Viewers } from "./viewers.ts";

export interface LocalAdapterOptions {
  /** The network's name in the configuration; `local` unless told. */
  readonly network?: string;
  readonly account: string;
  /** Where it listens; `127.0.0.1` unless somebody knows better. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly token: string;
  /** What was shown in the chats; a file of its own. */
  readonly file: string;
  /** Messages kept per chat; 10,000 unless told. */
  readonly keep?: number;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** The local chat while it is open. */
export interface LocalChat {
  readonly archive: Archive;
  readonly viewers: Viewers;
  readonly listener: Listener;
  readonly host: AdapterHost;
  readonly closing: AbortController;
}

export async function startLocalChat(
  options: LocalAdapterOptions,
  host: AdapterHost,
  signal: AbortSignal,
): Promise<LocalChat> {
  const { clock, log } = options;
  const network = options.network ?? "local";
  host.state({ at: "connecting" });
  const viewers = new Viewers(clock);
  let archive: Archive | null = null;
  try {
    archive = new Archive({
      file: options.file,
      keep: options.keep ?? 10_000,
      clock,
      onChange: (change) => viewers.publish(change),
    });
    const closing = new AbortController();
    const reception = createReception({ ...options, network, host, archive });
    const routes = createRoutes({
      token: options.token,
      hostName: options.host,
      host,
      archive,
      reception,
      viewers,
      log,
      isClosing: () => closing.signal.aborted,
    });
    const answer = getRequestListener(routes.fetch);
    const listener = await listen((request, response) => void answer(request, response), options);
    const open: LocalChat = { archive, viewers, listener, host, closing };
    if (signal.aborted) {
      await stopLocalChat(open);
      throw new SluiceError("start_aborted", "The start of the local chat was called off", {
        advice: "start again",
      });
    }
    log.info({ network, url: listener.url }, "local chat listening");
    host.state({ at: "connected" });
    return open;
  } catch (thrown) {
    if (thrown instanceof SluiceError && thrown.code === "start_aborted") throw thrown;
    archive?.close();
    const advice = thrown instanceof SluiceError ? thrown.advice : "see the log";
    host.state({ at: "failed", reason: textOf(thrown), advice });
    throw thrown;
  }
}

/** The listener goes last: what is being posted is still taken. */
export async function stopLocalChat({
  archive,
  viewers,
  listener,
  host,
  closing,
}: LocalChat): Promise<void> {
  closing.abort();
  const closed = listener.close();
  viewers.close();
  await closed;
  archive.close();
  host.state({ at: "disconnected" });
}
