import type { ChatWatcher } from "./chat-client.ts";
import { parseJson } from "./json-fields.ts";
import { toShownMessage } from "./shown-message.ts";

/** The events of a chat over one connection; who wants more opens another. */
export function watchChat(path: string, watcher: ChatWatcher): () => void {
  const source = new EventSource(path);
  const positions = ownIds();
  const onChange = ({ type, data, lastEventId }: MessageEvent<string>): void => {
    const message = toShownMessage(parseJson(data));
    if (message === null) return;
    watcher.changed(type === "edit" ? "edit" : "message", positions.take(lastEventId), message);
  };
  source.addEventListener("open", () => watcher.opened());
  source.addEventListener("message", onChange);
  source.addEventListener("edit", onChange);
  source.addEventListener("typing", () => watcher.typing());
  // Always opened anew, by us: the browser would wait for seconds, and gives up on some answers.
  source.addEventListener("error", () => {
    source.close();
    watcher.ended();
  });
  return () => source.close();
}

/** A browser repeats the last id on events that have none of their own: such an event is told by the repetition. */
function ownIds(): { take(lastEventId: string): number | null } {
  let last = "";
  return {
    take(id) {
      if (id === last) return null;
      last = id;
      const position = Number(id);
      return Number.isSafeInteger(position) ? position : null;
    },
  };
}
