import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import type { Server } from "node:http";
import type { Clock } from "../../sessions/clock.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { Operations } from "../operations.ts";
import { createControlApp } from "./app.ts";
import { closeServer, toServer } from "./listener.ts";
import type { ControlLog } from "./log.ts";

export interface ControlOptions {
  readonly operations: Operations;
  /** Path of the unix socket. */
  readonly socket: string;
  readonly log: ControlLog;
  readonly clock?: Clock;
}

export interface ControlServer {
  /** Ends the feeds and the listener, and removes the socket file. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves the control API. Call it only while the instance lock is held: a socket file that is found
 * then was left by a dead gateway, and is replaced.
 */
export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const { socket } = options;
  const closing = new AbortController();
  refuseLongPath(socket);
  removeStale(socket);
  const app = createControlApp(options.operations, { ...options, signal: closing.signal });
  const server = toServer(app);
  await listen(server, socket);
  options.log.info({ socket }, "control socket open");
  let closed: Promise<void> | null = null;
  return {
    close() {
      closing.abort();
      closed ??= closeServer(server);
      return closed;
    },
  };
}

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, with a zero at the end; the kernel would only say EINVAL. */
const PATH_LIMIT = process.platform === "darwin" ? 103 : 107;

function refuseLongPath(socket: string): void {
  const length = Buffer.byteLength(socket);
  if (length <= PATH_LIMIT) return;
  throw new SluiceError(
    "config_invalid",
    `Cannot open the control socket ${socket}: its path has ${length} bytes, and the system allows ${PATH_LIMIT}`,
    { advice: "set control.socket to a shorter path" },
  );
}

function removeStale(socket: string): void {
  const found = lstatSync(socket, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new SluiceError(
      "state_unwritable",
      `Cannot open the control socket ${socket}: a file that is no socket is in its place`,
      { advice: "move that file away, or set control.socket to another path" },
    );
  }
  unlinkSync(socket);
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new SluiceError(
          "state_unwritable",
          `Cannot open the control socket ${socket}: ${textOf(cause)}`,
          { advice: "make its directory exist and writable for this user", cause },
        ),
      );
    });
    // Node binds a path within this call, so that the mask holds for the file and for nothing else:
    // at no moment may another user connect.
    const mask = process.umask(0o177);
    try {
      server.listen(socket, () => {
        chmodSync(socket, 0o600);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}
