import type { Clock } from "../../sessions/clock.ts";
import type { ChildEnd } from "../process/child-process.ts";
import { startChild } from "../process/child-process.ts";
import { createLineReader, LINE_LIMIT } from "../process/line-reader.ts";
import type { ProcessLog } from "../process/process-log.ts";
import { maskOf } from "../process/stderr-tail.ts";
import type { WorkerHost } from "../worker.ts";
import { CLIENT } from "./methods.ts";
import { isRecord } from "./rpc-message.ts";
import type { Answer, Call, Limit, Reply } from "./rpc-peer.ts";
import { createRpcPeer, ERRORS, refusal } from "./rpc-peer.ts";

export interface AgentLinkOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Unique within the boot. */
  readonly name: string;
  readonly host: WorkerHost;
  readonly clock: Clock;
  readonly log: ProcessLog;
}

/** One process of an agent, and the talk with it. */
export interface AgentLink {
  readonly pid: number;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly marker: string;
  /** The process and all it started are gone; every request was answered before. */
  readonly closed: Promise<ChildEnd>;
  isClosed(): boolean;
  request(method: string, params: object, limit: Limit): Promise<Answer>;
  notify(method: string, params: object): void;
  /** Who is told from now on. */
  heed(listener: Listener): void;
  stop(graceMs: number): Promise<void>;
  kill(): void;
  /** Without the secrets of its environment. */
  mask(text: string): string;
}

export interface Listener {
  update(update: Record<string, unknown>, session: string): void;
  call(call: Call): Promise<Reply>;
}

const NOBODY: Listener = {
  update: () => undefined,
  call: ({ method }) => Promise.resolve(noSuchMethod(method)),
};

/** What lies between the end of a process's output and its own. */
const DYING_MS = 500;
/** At debug, so much of each line is logged. */
const LOGGED = 2000;

/** Rejects when the program cannot be started. */
export async function startAgentLink(options: AgentLinkOptions): Promise<AgentLink> {
  const { clock, log, name } = options;
  const [command = "", ...args] = options.command;
  const mask = maskOf(options.environment);
  const odd = new Set<string>();
  let listener = NOBODY;
  let isClosed = false;
  let send = (_message: object): void => undefined;
  let kill = (): void => undefined;

  const peer = createRpcPeer({
    clock,
    send: (message) => {
      log.debug({ name, line: mask(JSON.stringify(message).slice(0, LOGGED)) }, "told the agent");
      send(message);
    },
    onCall: (call) => listener.call(call),
    onNotification: (method, params) => {
      const update = isRecord(params) ? params["update"] : null;
      const session = isRecord(params) ? params["sessionId"] : null;
      if (method === CLIENT.session_update && isRecord(update) && typeof session === "string") {
        return listener.update(update, session);
      }
      log.debug({ name, method }, "notification of the agent ignored");
    },
    onOddity: (what) => {
      if (odd.has(what)) return;
      odd.add(what);
      log.warn({ name, what }, "agent said something odd, ignored");
    },
  });

  const child = await startChild({
    ...options,
    command,
    args,
    output: {
      ...createLineReader({
        limit: LINE_LIMIT,
        onLine: (line) => {
          log.debug({ name, line: mask(line.slice(0, LOGGED)) }, "agent said");
          peer.receive(line);
        },
        onTooLong: (head) => peer.receiveTooLong(head),
      }),
      // Who has closed its output will never answer, whether it runs on or not. Mostly it is dying, and how is to be seen.
      end: () => {
        isClosed = true;
        peer.close();
        clock.timer(DYING_MS, () => kill());
      },
    },
  });
  send = (message) => child.send(message);
  kill = () => child.kill();
  if (isClosed) kill();
  const closed = child.closed.then((end) => {
    isClosed = true;
    peer.close();
    return end;
  });
  const { pid, startedAt, marker } = child;
  return {
    pid,
    startedAt,
    marker,
    closed,
    isClosed: () => isClosed,
    request: (method, params, limit) => peer.request(method, params, limit),
    notify: (method, params) => peer.notify(method, params),
    heed: (next) => {
      listener = next;
    },
    stop: (graceMs) => child.stop(graceMs),
    kill,
    mask,
  };
}

export function noSuchMethod(method: string): Reply {
  return refusal(ERRORS.noSuchMethod, `Method not found: ${method}`);
}
