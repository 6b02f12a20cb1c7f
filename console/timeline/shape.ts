/** An element of a picture as plain data: the page makes nodes of it, a script makes text of it. */
export interface Shape {
  /** Tells it from its neighbours when the picture is drawn anew. */
  readonly key?: string;
  readonly tag: string;
  readonly with: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

export function shape(
  tag: string,
  attributes: Shape["with"],
  ...children: readonly (Shape | string)[]
): Shape {
  return { tag, with: attributes, children };
}

export function box(
  name: string,
  [x, y, width, height]: readonly [number, number, number, number],
  more: Shape["with"] = {},
): Shape {
  return shape("rect", { class: name, x, y, width, height, ...more });
}

export function writing(name: string, at: { x: number; y: number }, text: string): Shape {
  return shape("text", { class: name, ...at }, text);
}

/** As it stands in a file. */
export function svgText({ tag, with: attributes, children }: Shape): string {
  const given = Object.entries(attributes).map(
    ([name, value]) => ` ${name}="${escape(`${value}`)}"`,
  );
  const inside = children.map((child) =>
    typeof child === "string" ? escape(child) : svgText(child),
  );
  return `<${tag}${given.join("")}>${inside.join("")}</${tag}>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
