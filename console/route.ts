/** The views, in the order of the navigation. */
export const VIEWS = ["chat", "sessions", "approvals", "timeline", "restart", "delivery"] as const;

export type ViewName = (typeof VIEWS)[number];

export interface Route {
  readonly view: ViewName;
  /** What stands behind the view's name, decoded. */
  readonly path: readonly string[];
}

/** `#/sessions/<key>`; what names no view is the first one. */
export function parseRoute(hash: string): Route {
  const [name, ...path] = hash.replace(/^#\/?/, "").split("/").map(decode);
  const view = VIEWS.find((each) => each === name);
  return view === undefined ? { view: "chat", path: [] } : { view, path: path.filter(Boolean) };
}

export function formatRoute(view: ViewName, ...path: readonly string[]): string {
  return ["#", view, ...path.map(encodeURIComponent)].join("/");
}

/** A percent sign that encodes nothing stays what it is. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
