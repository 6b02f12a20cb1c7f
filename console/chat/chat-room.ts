import { EMPTY_CHAT, evolveChat } from "./chat-state.ts";
import type { ChatSignal, ChatState } from "./chat-state.ts";
import { ChatRefusal } from "./chat-client.ts";
import type { ChatClient } from "./chat-client.ts";

/** One chat while somebody looks at it: loads it once, and then watches it over as many connections as it takes. */
export interface ChatRoom {
  /** Another object whenever something changed. */
  state(): ChatState;
  subscribe(listener: () => void): () => void;
  /** Idempotent. What was loaded stays over a stop: a start goes on where it was. */
  start(): void;
  stop(): void;
  /** Messages from before the first. Resolves when they are there, or are not to be had now. */
  loadEarlier(): Promise<void>;
}

export interface RoomTime {
  now(): number;
  after(ms: number, act: () => void): () => void;
}

/** How soon it is tried again: the nth try, and then the last of these for ever. */
const RETRY_MS = [100, 250, 500, 1000, 1500, 2000];

export function createChatRoom(client: ChatClient, time: RoomTime): ChatRoom {
  const listeners = new Set<() => void>();
  let state = EMPTY_CHAT;
  let running: AbortController | null = null;
  let closeEvents = (): void => undefined;
  let cancelRetry = (): void => undefined;
  let failures = 0;
  let earlier: Promise<void> | null = null;

  const signal = (given: ChatSignal): void => {
    const next = evolveChat(state, given);
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const retry = (): void => {
    signal({ type: "link", link: { at: "lost" } });
    cancelRetry = time.after(RETRY_MS[failures] ?? RETRY_MS.at(-1) ?? 0, () => void open());
    failures += 1;
  };
  const open = async (): Promise<void> => {
    const mine = running;
    if (mine === null) return;
    try {
      if (state.position === null) {
        const page = await client.messages({ before: null }, mine.signal);
        if (mine.signal.aborted) return;
        signal({ type: "loaded", ...page });
      }
      watch(mine);
    } catch (thrown) {
      if (mine.signal.aborted) return;
      if (!(thrown instanceof ChatRefusal)) return retry();
      const { message, advice } = thrown;
      signal({ type: "link", link: { at: "refused", message, advice } });
    }
  };
  const watch = (mine: AbortController): void => {
    closeEvents = client.watch(state.position ?? 0, {
      opened() {
        failures = 0;
        signal({ type: "link", link: { at: "live" } });
      },
      changed: (kind, position, message) => signal({ type: "changed", kind, position, message }),
      typing: () => signal({ type: "typing", at: time.now() }),
      ended() {
        if (!mine.signal.aborted) retry();
      },
    });
  };

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      if (running !== null) return;
      running = new AbortController();
      failures = 0;
      void open();
    },
    stop() {
      running?.abort();
      running = null;
      cancelRetry();
      closeEvents();
    },
    loadEarlier() {
      earlier ??= readEarlier().finally(() => {
        earlier = null;
      });
      return earlier;
    },
  };

  async function readEarlier(): Promise<void> {
    const first = state.entries[0];
    if (first === undefined || running === null) return;
    try {
      const { messages, hasEarlier } = await client.messages(
        { before: first.message.seq },
        running.signal,
      );
      // A gateway that knows no `before` answers with the latest: nothing older is to be had there.
      const isOlder = (messages[0]?.seq ?? Infinity) < first.message.seq;
      signal({ type: "earlier", messages, hasEarlier: hasEarlier && isOlder });
    } catch {
      // The button stays: whoever wants more presses it again.
    }
  }
}
