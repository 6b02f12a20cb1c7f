import { useEffect, useState } from "preact/hooks";

/** What a store holds, drawn anew at most once a frame however often it changes. */
export function useFrames<State>(store: {
  readonly read: () => State;
  readonly subscribe: (listener: () => void) => () => void;
}): State {
  const { read, subscribe } = store;
  const [state, setState] = useState(read);
  useEffect(() => {
    let frame: number | null = null;
    const draw = (): void => {
      frame = null;
      setState(read);
    };
    const unsubscribe = subscribe(() => {
      frame ??= requestAnimationFrame(draw);
    });
    // It may have changed between the first drawing and now.
    setState(read);
    return () => {
      unsubscribe();
      if (frame !== null) cancelAnimationFrame(frame);
    };
  }, [read, subscribe]);
  return state;
}
