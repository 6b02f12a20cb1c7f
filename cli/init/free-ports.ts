import { listenFault } from "../doctor/listen-fault.ts";
import type { Ports } from "./setup.ts";

const HOST = "127.0.0.1";
const FIRST = 8787;
/** Of the webhooks; nobody listens there yet, and it stays free. */
const KEPT = 8789;
const TRIES = 200;

/** The usual ports, or the next that nobody listens on. */
export async function freePorts(): Promise<Ports> {
  const chat = await freeFrom(FIRST, []);
  return { chat, health: await freeFrom(FIRST + 1, [chat]) };
}

async function freeFrom(first: number, taken: readonly number[]): Promise<number> {
  for (let port = first; port < first + TRIES; port += 1) {
    if (port === KEPT || taken.includes(port)) continue;
    if ((await listenFault({ host: HOST, port })) === null) return port;
  }
  return 0;
}
