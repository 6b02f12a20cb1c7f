import { h } from "preact";
import type { VNode } from "preact";
import type { Shape } from "./shape.ts";

/** A picture's elements as the page's own. `focusable`: the one turn that Tab reaches. */
export function toNode(shape: Shape, focusable: string | null): VNode {
  const { tag, with: given, children } = shape;
  const turn = given["data-turn"];
  return h(
    tag,
    {
      ...given,
      ...(turn !== undefined && { tabindex: turn === focusable ? 0 : -1 }),
      ...(given["data-key"] !== undefined && { key: given["data-key"] }),
    },
    children.map((child) => (typeof child === "string" ? child : toNode(child, focusable))),
  );
}
