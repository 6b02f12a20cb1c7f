import { useCallback, useState } from "preact/hooks";
import type { ChatRoom } from "./chat-room.ts";
import type { ChatEntry } from "./chat-state.ts";

/** So many are drawn at first, and more with each "earlier". */
const STEP = 200;
/** So many above one that was asked for. */
const ABOVE = 20;
/** Down at the end again, more than these are not kept drawn. */
const MOST = 600;

export interface LogWindow {
  /** The first entry that is drawn. */
  readonly from: number;
  readonly hasEarlier: boolean;
  readonly showEarlier: () => void;
  readonly onEnd: (isAtEnd: boolean) => void;
  /** Draws a message that is loaded, whether it was drawn or not. */
  readonly reveal: (externalId: string) => void;
}

/** Which messages of a long chat are drawn: the latest, until somebody goes up. */
export function useWindow(
  entries: readonly ChatEntry[],
  room: Pick<ChatRoom, "state" | "loadEarlier">,
): LogWindow {
  /** Place of the first that is drawn; null = the latest, whatever comes. */
  const [held, setHeld] = useState<number | null>(null);
  const from = fromOf(entries, held);
  const showEarlier = useCallback(async (): Promise<void> => {
    const before = fromOf(room.state().entries, held);
    const first = room.state().entries[before]?.message.seq;
    if (before === 0) await room.loadEarlier();
    const { entries } = room.state();
    const at = entries.findIndex(({ message }) => message.seq === first);
    setHeld(entries[Math.max(0, at - STEP)]?.message.seq ?? null);
  }, [room, held]);
  const onEnd = useCallback(
    (isAtEnd: boolean): void => {
      const { entries } = room.state();
      setHeld((held) => {
        const from = fromOf(entries, held);
        if (!isAtEnd) return held ?? entries[from]?.message.seq ?? null;
        return entries.length - from > MOST || from >= entries.length - STEP ? null : held;
      });
    },
    [room],
  );
  const reveal = useCallback(
    (externalId: string): void => {
      const { entries } = room.state();
      const at = entries.findIndex(({ message }) => message.externalId === externalId);
      setHeld((held) =>
        at === -1 || at >= fromOf(entries, held)
          ? held
          : (entries[Math.max(0, at - ABOVE)]?.message.seq ?? held),
      );
    },
    [room],
  );
  return {
    from,
    reveal,
    hasEarlier: from > 0 || room.state().hasEarlier,
    showEarlier: () => void showEarlier(),
    onEnd,
  };
}

function fromOf(entries: readonly ChatEntry[], held: number | null): number {
  const latest = Math.max(0, entries.length - STEP);
  if (held === null) return latest;
  const at = entries.findIndex(({ message }) => message.seq >= held);
  return at === -1 ? latest : Math.min(at, latest);
}
