import {
  Virtualizer,
  elementScroll,
  observeElementOffset,
  observeElementRect,
} from "@tanstack/virtual-core";
import type { VirtualItem, VirtualizerOptions } from "@tanstack/virtual-core";
import { useLayoutEffect, useState } from "preact/hooks";

export interface Virtual {
  readonly items: readonly VirtualItem[];
  readonly totalSize: number;
  scrollToIndex(index: number): void;
}

export interface VirtualQuery {
  readonly count: number;
  readonly element: () => HTMLElement | null;
  readonly sizeOf: (index: number) => number;
  readonly keyOf: (index: number) => string;
  /** Always laid out, wherever the list is scrolled to: the active line must be there to be named. -1 = none. */
  readonly pinned: number;
}

/** Which rows of a long list are laid out now. */
export function useVirtual({ count, element, sizeOf, keyOf, pinned }: VirtualQuery): Virtual {
  const [, render] = useState(0);
  const options: VirtualizerOptions<HTMLElement, HTMLElement> = {
    count,
    getScrollElement: element,
    estimateSize: sizeOf,
    getItemKey: keyOf,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    overscan: 8,
    rangeExtractor: ({ startIndex, endIndex, overscan }) =>
      rangeOf(Math.max(0, startIndex - overscan), Math.min(count - 1, endIndex + overscan), pinned),
    onChange: () => render((times) => times + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  // Of its life, a page's framework must tell it: the names say that nobody else may.
  const { _didMount: begin, _willUpdate: update } = virtualizer;
  useLayoutEffect(() => begin(), [begin]);
  useLayoutEffect(() => update());
  return {
    items: virtualizer.getVirtualItems(),
    totalSize: virtualizer.getTotalSize(),
    scrollToIndex: (index) => virtualizer.scrollToIndex(index, { align: "auto" }),
  };
}

function rangeOf(from: number, until: number, pinned: number): number[] {
  const range = Array.from({ length: Math.max(0, until - from + 1) }, (_, offset) => from + offset);
  if (pinned < 0) return range;
  if (pinned < from) return [pinned, ...range];
  return pinned > until ? [...range, pinned] : range;
}
