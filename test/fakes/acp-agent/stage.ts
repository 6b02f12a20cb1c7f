import type { ContentBlock, SessionUpdate } from "@agentclientprotocol/sdk";

import type { Knobs } from "./knobs.ts";
import type { Memory, Said } from "./memory.ts";
import type { Wire } from "./wire.ts";

export class Cancelled extends Error {}

/** One turn of the scripted agent: what a script plays on. */
export interface Stage {
  readonly session: string;
  readonly prompt: readonly ContentBlock[];
  /** The words of the last text: what a person wrote. */
  readonly text: string;
  readonly wire: Wire;
  readonly said: readonly Said[];
  update(update: SessionUpdate | Record<string, unknown>): void;
  /** A piece of the answer. */
  say(text: string, messageId?: string): void;
  /** In several pieces. */
  recite(text: string): Promise<void>;
  /** Rejects with `Cancelled`, unless the script is deaf. */
  pause(ms: number): Promise<void>;
  forEver(): Promise<never>;
  /** It hears no cancel from here on. */
  goDeaf(): void;
  /** The whole answer of the gateway to a call. */
  ask(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>>;
}

export interface StageControls {
  cancel(): void;
}

export function createStage(options: {
  readonly session: string;
  readonly prompt: readonly ContentBlock[];
  readonly wire: Wire;
  readonly knobs: Knobs;
  readonly memory: Memory;
}): Stage & StageControls {
  const { session, prompt, wire, memory } = options;
  const pieceMs = options.knobs.pieceMs ?? 1;
  const said = memory.find(session) ?? [];
  const text = prompt.flatMap((block) => (block.type === "text" ? [block.text] : [])).at(-1) ?? "";
  const words = prompt.flatMap((block) => (block.type === "text" ? [block.text] : []));
  said.push({ who: "user", text: words.join("\n") });
  memory.keep(session, said);
  const cancelling = new AbortController();
  let isDeaf = false;

  const update = (update: Record<string, unknown>): void =>
    wire.send({ method: "session/update", params: { sessionId: session, update } });

  const say = (piece: string, messageId?: string): void => {
    const last = said.at(-1);
    if (last?.who === "agent") last.text += piece;
    else said.push({ who: "agent", text: piece });
    memory.keep(session, said);
    update({
      sessionUpdate: "agent_message_chunk",
      content: { type: "text", text: piece },
      ...(messageId === undefined ? {} : { messageId }),
    });
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const cancel = (): void => {
        if (isDeaf) return;
        clearTimeout(timer);
        reject(new Cancelled());
      };
      const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
      if (cancelling.signal.aborted) return cancel();
      cancelling.signal.addEventListener("abort", cancel, { once: true });
    });

  return {
    session,
    prompt,
    text,
    wire,
    said,
    update,
    say,
    recite: async (whole) => {
      const step = Math.max(1, Math.ceil(whole.length / 4));
      for (let from = 0; from < whole.length; from += step) {
        await pause(pieceMs);
        say(whole.slice(from, from + step));
      }
    },
    pause,
    forEver: async () => {
      for (;;) await pause(60_000);
    },
    goDeaf: () => {
      isDeaf = true;
    },
    ask: (method, params) => wire.call(method, { sessionId: session, ...params }).answer,
    cancel: () => cancelling.abort(),
  };
}
