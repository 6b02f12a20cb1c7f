/** Hands items from whoever pushes to one reader, in order, without a bound: the reader stores what it takes. */
export interface Channel<Item> extends AsyncIterable<Item> {
  /** Ignored after the end. */
  push(item: Item): void;
  /** The reader still gets what was pushed before. Idempotent. */
  end(): void;
}

export function createChannel<Item>(): Channel<Item> {
  let waiting: Item[] = [];
  let isEnded = false;
  let wake: (() => void) | null = null;
  const rouse = (): void => {
    wake?.();
    wake = null;
  };
  return {
    push: (item) => {
      if (isEnded) return;
      waiting.push(item);
      rouse();
    },
    end: () => {
      isEnded = true;
      rouse();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = waiting;
        waiting = [];
        yield* batch;
        if (waiting.length > 0) continue;
        if (isEnded) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
