import { h } from "preact";
import type { VNode } from "preact";
import type { Shape } from "./shape.ts";

/** A picture's elements as the page's own. `focusable`: the one turn that Tab reaches. */
export function toNode(shape: Shape, focusable: string | null): VNode {
  const { tag, key, with: given, children } = shape;
  const turn = given["data-turn"];
  return h(
    tag,
    {
      ...given,
      ...(key !== undefined && { key }),
      ...(turn !== undefined && { tabindex: turn === focusable ? 0 : -1 }),
    },
    children.map((child) => (typeof child === "string" ? child : toNode(child, focusable))),
  );
}
