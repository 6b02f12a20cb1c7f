import { useEffect, useState } from "preact/hooks";
import { after, now } from "../page-clock.ts";

/** A turn that runs says so every 4 s. */
const LASTS_MS = 6000;

/** A turn runs, as far as the chat itself tells it. */
export function useTyping(typingAt: number | null): boolean {
  const [isTyping, setTyping] = useState(false);
  useEffect(() => {
    const left = typingAt === null ? 0 : typingAt + LASTS_MS - now();
    setTyping(left > 0);
    return left > 0 ? after(left, () => setTyping(false)) : undefined;
  }, [typingAt]);
  return isTyping;
}
