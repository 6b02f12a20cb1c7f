import { openStream } from "../event-stream.ts";
import type { ChatWatcher } from "./chat-client.ts";
import { parseJson } from "./json-fields.ts";
import { toShownMessage } from "./shown-message.ts";

/** The events of a chat over one connection; who wants more opens another. */
export function watchChat(path: string, watcher: ChatWatcher): () => void {
  let from = path;
  let positions = ownIds();
  const onChange = ({ type, data, lastEventId }: MessageEvent<string>): void => {
    const message = toShownMessage(parseJson(data));
    if (message === null) return;
    if (lastEventId !== "") from = path.replace(/\bafter=\d+/, `after=${lastEventId}`);
    watcher.changed(type === "edit" ? "edit" : "message", positions.take(lastEventId), message);
  };
  return openStream(() => from, {
    opened() {
      // A connection knows nothing of the ids of the one before it.
      positions = ownIds();
      watcher.opened();
    },
    events: { message: onChange, edit: onChange, typing: () => watcher.typing() },
    ended: () => watcher.ended(),
  });
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
