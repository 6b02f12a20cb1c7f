import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

export interface EndOfLog {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly isAtEnd: boolean;
  readonly toEnd: () => void;
}

/** As many pixels above the end still count as being there. */
const NEAR = 56;

/** Stays at the end of a growing log if it was there, and where it was otherwise. `first` names the first thing in it. */
export function useEndOfLog(first: string | null): EndOfLog {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const at = useRef({ end: true, height: 0, first });
  const [isAtEnd, setAtEnd] = useState(true);

  const toEnd = useCallback((): void => {
    at.current.end = true;
    setAtEnd(true);
    const { current } = scroller;
    if (current !== null) current.scrollTop = current.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    const grown = current.scrollHeight - at.current.height;
    if (at.current.end) current.scrollTop = current.scrollHeight;
    // Something came above: what is being read stays under the eyes.
    else if (at.current.first !== first) current.scrollTop += grown;
    at.current.height = current.scrollHeight;
    at.current.first = first;
  });

  useEffect(() => {
    const { current } = scroller;
    if (current === null || content.current === null) return undefined;
    const look = (): void => {
      const left = current.scrollHeight - current.scrollTop - current.clientHeight;
      at.current.end = left < NEAR;
      at.current.height = current.scrollHeight;
      setAtEnd(at.current.end);
    };
    const stick = (): void => {
      if (at.current.end) current.scrollTop = current.scrollHeight;
      at.current.height = current.scrollHeight;
    };
    // Pictures that load, a composer that grows, a window that turns.
    const observer = new ResizeObserver(stick);
    observer.observe(content.current);
    observer.observe(current);
    current.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener("scroll", look);
    };
  }, []);
  return { scroller, content, isAtEnd, toEnd };
}
