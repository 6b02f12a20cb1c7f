import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** Of every HTTP server in this process, when it has written an answer. */
const ANSWERED = "http.server.response.finish";

/** Tells each call of a growing list once, as soon as it is over. Returns how to stop that. */
export function watchCalls<Call>(
  calls: readonly Call[],
  isOver: (call: Call) => boolean,
  tell: (call: Call) => void,
): () => void {
  const open = new Set<Call>();
  let seen = 0;
  const look = (): void => {
    for (const call of calls.slice(seen)) open.add(call);
    seen = calls.length;
    for (const call of open) {
      if (!isOver(call)) continue;
      open.delete(call);
      tell(call);
    }
  };
  subscribe(ANSWERED, look);
  return () => unsubscribe(ANSWERED, look);
}
