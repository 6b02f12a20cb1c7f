import { request, type IncomingMessage } from "node:http";
import { SluiceError, textOf } from "../../sessions/errors.ts";

export interface SocketRequest {
  readonly socket: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** JSON; left out when undefined. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Resolves when the answer begins. Rejects with `control_unreachable`, or with the signal's reason. */
export function sendToSocket(options: SocketRequest): Promise<IncomingMessage> {
  const text = options.body === undefined ? "" : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath: options.socket,
      method: options.method,
      path: options.path,
      // One connection each: the CLI is short, and a kept one would be cut by the restart it asks for.
      agent: false,
      headers: {
        ...options.headers,
        ...(text === "" ? {} : { "Content-Type": "application/json" }),
        "Content-Length": Buffer.byteLength(text),
      },
      signal: options.signal,
    });
    sent.on("response", resolve);
    sent.on("error", (cause) => {
      reject(
        options.signal.aborted ? abortReason(options.signal) : unreachable(options.socket, cause),
      );
    });
    sent.end(text);
  });
}

/** The whole body. Rejects like `sendToSocket` when the gateway goes away in the middle. */
export async function bodyText(response: IncomingMessage, socket: string): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of response) text += String(chunk);
  } catch (cause) {
    throw unreachable(socket, cause);
  }
  return text;
}

export function unreachable(socket: string, cause: unknown): SluiceError {
  return new SluiceError("control_unreachable", `${foundAt(socket, cause)} (${socket})`, {
    advice:
      "start one with `sluice start`, or name the state directory of the one that runs with --state-dir",
    cause,
  });
}

function foundAt(socket: string, cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  switch (code) {
    case "ENOENT":
      return "No gateway seems to run: there is no control socket";
    case "ECONNREFUSED":
      return "No gateway seems to run: nobody listens on its control socket";
    case "EACCES":
    case "EPERM":
      return `Cannot reach the gateway of ${socket}: it belongs to another user`;
    default:
      return `Cannot reach the gateway: ${textOf(cause)}`;
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(textOf(signal.reason));
}
