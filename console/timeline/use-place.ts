import { useEffect, useState } from "preact/hooks";

type Place = { readonly current: HTMLElement | null };

/** Px; 0 until it is known. */
export function useWidth(place: Place): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

const STEP_PX = 200;
const AROUND_PX = 400;

/** From where to where an element is seen, in its own px, with some room around; it changes in steps. */
export function useSeenSpan(place: Place): { readonly from: number; readonly until: number } {
  const [top, setTop] = useState(0);
  useEffect(() => {
    const look = (): void => {
      const above = -(place.current?.getBoundingClientRect().top ?? 0);
      setTop(Math.floor(above / STEP_PX) * STEP_PX);
    };
    look();
    // Scrolling does not bubble; whatever scrolls, it is told on its way down.
    addEventListener("scroll", look, { capture: true, passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look, { capture: true });
      removeEventListener("resize", look);
    };
  }, [place]);
  return { from: top - AROUND_PX, until: top + innerHeight + STEP_PX + AROUND_PX };
}
