import { createHash } from "node:crypto";

import type { Clock } from "../../../../sessions/clock.ts";
import type { RouteLimit } from "../fake-discord.ts";
import type { FoundRoute } from "./route.ts";

export interface RateLimits {
  take(found: FoundRoute): Verdict;
}

export interface Verdict {
  /** Null: go on. */
  readonly retryAfterMs: number | null;
  readonly isGlobal: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

interface Window {
  endsAt: number;
  left: number;
}

/** As bots have measured them; the network tells its own only in headers. */
export const REAL_LIMITS: readonly RouteLimit[] = [
  limit("POST", "/channels/:channel/messages", 5, 5_000),
  limit("PATCH", "/channels/:channel/messages/:message", 5, 5_000),
  limit("DELETE", "/channels/:channel/messages/:message", 5, 1_000),
  limit("GET", "/channels/:channel/messages", 50, 1_000),
  limit("POST", "/channels/:channel/typing", 5, 5_000),
  limit("PUT", "/channels/:channel/messages/:message/reactions/:emoji/@me", 1, 250),
  limit("POST", "/users/@me/channels", 10, 10_000),
  limit("POST", "/webhooks/:application/:token", 5, 2_000),
  limit("PATCH", "/webhooks/:application/:token/messages/:message", 5, 2_000),
];

const GLOBAL = { most: 50, perMs: 1_000 };

function limit(method: string, route: string, most: number, perMs: number): RouteLimit {
  return { method, route, limit: most, perMs };
}

export function createRateLimits(clock: Clock, limits: readonly RouteLimit[] | "off"): RateLimits {
  if (limits === "off") {
    return { take: () => ({ retryAfterMs: null, isGlobal: false, headers: {} }) };
  }
  const windows = new Map<string, Window>();
  let global: Window = { endsAt: 0, left: 0 };

  /** Interactions and their webhooks count to no global limit. */
  function isOverGlobal({ route }: FoundRoute): boolean {
    if (route.needsBot === false) return false;
    if (clock.now() >= global.endsAt) {
      global = { endsAt: clock.now() + GLOBAL.perMs, left: GLOBAL.most };
    }
    global.left -= 1;
    return global.left < 0;
  }

  return {
    take(found) {
      if (isOverGlobal(found)) {
        return limited(global.endsAt - clock.now(), { "x-ratelimit-scope": "global" });
      }
      const { method, path } = found.route;
      const rule = limits.find((one) => one.method === method && one.route === path);
      if (rule === undefined) return { retryAfterMs: null, isGlobal: false, headers: {} };
      const major = majorOf(found);
      const key = `${method} ${path} ${major}`;
      const now = clock.now();
      let window = windows.get(key);
      if (window === undefined || now >= window.endsAt) {
        window = { endsAt: now + rule.perMs, left: rule.limit };
        windows.set(key, window);
      }
      const isOver = window.left === 0;
      window.left = Math.max(0, window.left - 1);
      const headers = {
        "x-ratelimit-limit": String(rule.limit),
        "x-ratelimit-remaining": String(window.left),
        "x-ratelimit-reset": (window.endsAt / 1000).toFixed(3),
        "x-ratelimit-reset-after": ((window.endsAt - now) / 1000).toFixed(3),
        "x-ratelimit-bucket": createHash("sha1").update(`${method} ${path}`).digest("hex"),
      };
      if (!isOver) return { retryAfterMs: null, isGlobal: false, headers };
      return limited(window.endsAt - now, { ...headers, "x-ratelimit-scope": "user" });
    },
  };
}

/** A webhook is its id and its token; elsewhere the first id of the path. */
function majorOf({ route, params }: FoundRoute): string {
  const [first = "", second = ""] = Object.values(params);
  return route.path.startsWith("/webhooks/") ? `${first}/${second}` : first;
}

export function limited(
  retryAfterMs: number,
  headers: Readonly<Record<string, string>>,
): Verdict & { readonly retryAfterMs: number } {
  const isGlobal = headers["x-ratelimit-scope"] === "global";
  const seconds = retryAfterMs / 1000;
  return {
    retryAfterMs,
    isGlobal,
    headers: {
      ...headers,
      // The network says whole seconds; below one we say it exactly, so that tests need not wait one.
      "retry-after": String(seconds < 1 ? seconds : Math.ceil(seconds)),
      ...(isGlobal ? { "x-ratelimit-global": "true" } : {}),
    },
  };
}
