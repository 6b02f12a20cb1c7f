import type { Clock, Timer } from "../../sessions/clock.ts";
import type { Listener } from "./agent-link.ts";
import { chunkOf } from "./chunk.ts";
import type { ClientServices } from "./client-services.ts";
import { CLIENT } from "./methods.ts";
import { declining } from "./permission-options.ts";
import { clip } from "./tool-call.ts";

/** Who listens between turns: what an agent says then begins nothing and is told in one piece. */
export interface Aside {
  readonly listener: Listener;
  /** A turn begins, or nothing more is to be told. */
  stop(): void;
}

export interface AsideOptions {
  readonly sessionId: string;
  readonly services: ClientServices;
  readonly clock: Clock;
  /** The last turn was cancelled: what still comes of it is of no interest. */
  readonly wasCancelled: boolean;
  notice(text: string): void;
}

const QUIET_MS = 2000;
const STRAY_MS = 1000;
const LONGEST = 2000;

export function createAside(options: AsideOptions): Aside {
  const { clock } = options;
  const begunAt = clock.monotonic();
  let text = "";
  let timer: Timer | null = null;

  const tell = (): void => {
    timer?.cancel();
    timer = null;
    const said = text.trim();
    text = "";
    if (said !== "") options.notice(clip(said, LONGEST));
  };

  return {
    listener: {
      update: (update, of) => {
        if (of !== options.sessionId || update["sessionUpdate"] !== "agent_message_chunk") return;
        if (options.wasCancelled && clock.monotonic() - begunAt < STRAY_MS) return;
        const content = chunkOf(update)?.content;
        if (content?.type !== "text") return;
        // One that never falls silent is not kept for ever.
        if (text.length <= LONGEST) text += content.text;
        timer?.cancel();
        timer = clock.timer(QUIET_MS, tell);
      },
      call: (call) =>
        call.method === CLIENT.session_request_permission
          ? declining.call(call)
          : options.services.serve(call),
    },
    stop: tell,
  };
}
