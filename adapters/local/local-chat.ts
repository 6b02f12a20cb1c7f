import { basename, dirname, join } from "node:path";
import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Chance, Clock } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { AdapterHost } from "../adapter.ts";
import { Archive } from "./archive.ts";
import { ArchiveStore } from "./archive-store.ts";
import { FileShelf } from "./file-shelf.ts";
import { InnerDoor } from "./inner-door.ts";
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
  /** What was shown in the chats; a file of its own. The files of the chats are in `files/<its name>` beside it. */
  readonly file: string;
  /** Messages kept per chat; 10,000 unless told. */
  readonly keep?: number;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** The local chat while it is open. */
export interface LocalChat {
  readonly store: ArchiveStore;
  readonly archive: Archive;
  readonly shelf: FileShelf;
  readonly viewers: Viewers;
  readonly door: InnerDoor;
  readonly answer: (...request: Parameters<RequestListener>) => Promise<void>;
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
  let store: ArchiveStore | null = null;
  let shelf: FileShelf | null = null;
  try {
    store = new ArchiveStore(options.file);
    shelf = new FileShelf({ ...options, store, folder: folderOf(options.file), host });
    const files = shelf;
    const archive = new Archive({
      store,
      keep: options.keep ?? 10_000,
      clock,
      onChange: (change) => viewers.publish(change),
      onPruned: () => files.tidy(),
    });
    const closing = new AbortController();
    const reception = createReception({
      ...options,
      network,
      host,
      archive,
      files: files.rows,
    });
    const door = new InnerDoor(clock);
    const routes = createRoutes({
      token: options.token,
      hostName: options.host,
      host,
      archive,
      shelf,
      door,
      reception,
      viewers,
      log,
      isClosing: () => closing.signal.aborted,
    });
    // The process's globals stay Node's own: others talk to networks with them.
    const own = { overrideGlobalObjects: false };
    const answer: LocalChat["answer"] = getRequestListener(routes.fetch, own);
    const listener = await listen((request, response) => void answer(request, response), options);
    const open: LocalChat = {
      store,
      archive,
      shelf,
      viewers,
      door,
      answer,
      listener,
      host,
      closing,
    };
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
    await shelf?.close();
    store?.close();
    const advice = thrown instanceof SluiceError ? thrown.advice : "see the log";
    host.state({ at: "failed", reason: textOf(thrown), advice });
    throw thrown;
  }
}

/** The listener goes last: what is being posted is still taken. */
export async function stopLocalChat({
  store,
  shelf,
  viewers,
  door,
  listener,
  host,
  closing,
}: LocalChat): Promise<void> {
  closing.abort();
  const closed = listener.close();
  viewers.close();
  await Promise.all([closed, door.close()]);
  await shelf.close();
  store.close();
  host.state({ at: "disconnected" });
}

/** With the files of the gateway's own, so that a backup has them. */
function folderOf(file: string): string {
  return join(dirname(file), "files", basename(file, ".sqlite"));
}
