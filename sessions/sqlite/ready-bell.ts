import type { SessionKey } from "../ids.ts";

type Listener = (keys: readonly SessionKey[]) => void;

/** Tells who waits for work that there is some. */
export interface ReadyBell {
  listen(listener: Listener): () => void;
  ring(keys: readonly SessionKey[]): void;
}

export function createReadyBell(): ReadyBell {
  const listeners = new Set<{ readonly call: Listener }>();
  return {
    listen: (call) => {
      const entry = { call };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    ring: (keys) => {
      if (keys.length === 0) return;
      const unique = [...new Set(keys)];
      // In a tick of its own: a listener that throws must not turn a durable write into a failed one.
      for (const { call } of listeners) queueMicrotask(() => call(unique));
    },
  };
}
