import type { World } from "../world/world.ts";

export interface Call {
  readonly world: World;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  readonly limits: CallLimits;
}

export interface CallLimits {
  readonly file: number;
  readonly nonceKeptMs: number;
}

export interface UploadedFile {
  /** `files[n]`. */
  readonly index: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: string;
  /** `/channels/:channel/messages`. */
  readonly path: string;
  /** False: the token stands in the path. */
  readonly needsBot?: boolean;
  answer(call: Call): Answer;
}

export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): FoundRoute | "no such path" | "no such method" {
  let isPath = false;
  for (const route of routes) {
    const params = match(route.path, path);
    if (params === null) continue;
    isPath = true;
    if (route.method === method) return { route, params };
  }
  return isPath ? "no such method" : "no such path";
}

function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = decodeURIComponent(given[at] ?? "");
    if (part.startsWith(":") && value !== "") params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

export function param({ params }: Pick<Call, "params">, name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`the route has no :${name}`);
  return value;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const NO_CONTENT: Answer = { status: 204 };
