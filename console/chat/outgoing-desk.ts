import type { ChatClient } from "./chat-client.ts";
import { evolveOutgoing, formatOutgoing, nextOf, parseOutgoing } from "./outgoing.ts";
import type { OutgoingList, OutgoingPost, OutgoingSignal } from "./outgoing.ts";

/** What people did here on its way to the gateway: one at a time and in order, each until it is accepted or refused. */
export interface OutgoingDesk {
  list(): OutgoingList;
  subscribe(listener: () => void): () => void;
  add(post: OutgoingPost): void;
  retry(id: string): void;
  remove(id: string): void;
  fate(id: string, fate: string): void;
  stop(): void;
}

export interface DeskOptions {
  readonly client: Pick<ChatClient, "post">;
  /** Where it is kept over a reload. */
  readonly shelf: { read(): string | null; write(text: string): void };
  readonly time: { now(): number; after(ms: number, act: () => void): () => void };
  readonly makeId: () => string;
}

/** Between tries, where the gateway says nothing: doubled from the first to the last. */
const BACKOFF = { firstMs: 200, mostMs: 2000 };

/** Goes on with what was kept, at once. */
export function openOutgoingDesk({ client, shelf, time, makeId }: DeskOptions): OutgoingDesk {
  const listeners = new Set<() => void>();
  const over = new AbortController();
  let list = parseOutgoing(shelf.read());
  let isTrying = false;
  let cancelRetry = (): void => undefined;

  const signal = (given: OutgoingSignal): void => {
    const next = evolveOutgoing(list, given);
    if (next === list) return;
    list = next;
    shelf.write(formatOutgoing(list));
    for (const listener of listeners) listener();
  };
  const run = async (): Promise<void> => {
    if (isTrying) return;
    isTrying = true;
    for (let next = nextOf(list); next !== null && !over.signal.aborted; next = nextOf(list)) {
      const { id, post } = next;
      signal({ type: "tried", id });
      const posted = await client.post(id, post, over.signal);
      if (over.signal.aborted) break;
      signal({ type: "posted", id, posted });
      if (posted.outcome === "again") await pause(posted.afterMs ?? backoffOf(id));
    }
    isTrying = false;
  };
  const backoffOf = (id: string): number => {
    const state = list.find((one) => one.id === id)?.state;
    const tries = state?.at === "sending" ? state.tries : 1;
    return Math.min(BACKOFF.firstMs * 2 ** Math.min(tries - 1, 10), BACKOFF.mostMs);
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = time.after(ms, resolve);
      cancelRetry = () => {
        cancel();
        resolve();
      };
    });
  void run();

  return {
    list: () => list,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(post) {
      signal({ type: "written", id: makeId(), post, at: time.now() });
      void run();
    },
    retry(id) {
      signal({ type: "retried", id });
      void run();
    },
    remove: (id) => signal({ type: "removed", id }),
    fate: (id, fate) => signal({ type: "fate", id, fate }),
    stop() {
      over.abort();
      cancelRetry();
    },
  };
}
