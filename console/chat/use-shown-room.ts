import { useEffect } from "preact/hooks";
import { after } from "../page-clock.ts";
import type { ChatRoom } from "./chat-room.ts";

/** A tab that nobody looks at for so long gives its connection back: a browser opens only six to one gateway. */
const HIDDEN_MS = 60_000;

/** Watches a chat while it is shown and looked at. */
export function useShownRoom(room: ChatRoom): void {
  useEffect(() => {
    let cancel = (): void => undefined;
    const see = (): void => {
      cancel();
      if (document.visibilityState === "hidden") cancel = after(HIDDEN_MS, room.stop);
      else room.start();
    };
    room.start();
    document.addEventListener("visibilitychange", see);
    return () => {
      document.removeEventListener("visibilitychange", see);
      cancel();
      room.stop();
    };
  }, [room]);
}
