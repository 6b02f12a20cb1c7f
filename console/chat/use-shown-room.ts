import { useEffect } from "preact/hooks";
import { HIDDEN_MS } from "../live.ts";
import { after } from "../page-clock.ts";
import type { ChatRoom } from "./chat-room.ts";

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
    see();
    document.addEventListener("visibilitychange", see);
    return () => {
      document.removeEventListener("visibilitychange", see);
      cancel();
      room.stop();
    };
  }, [room]);
}
