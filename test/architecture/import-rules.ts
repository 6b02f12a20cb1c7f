import type { Import, SourceFile } from "./source-file.ts";

/** What each room may import from. `test/` and `bench/` may import anything, and nobody imports them. */
const DIRECTIONS: Readonly<Record<string, readonly string[]>> = {
  cli: ["cli", "gateway", "adapters", "workers", "sessions"],
  gateway: ["gateway", "adapters", "workers", "sessions"],
  adapters: ["adapters", "sessions"],
  workers: ["workers", "sessions"],
  sessions: ["sessions"],
  // The page runs in a browser: of the gateway it takes types alone.
  console: ["console"],
  // Prints the units that the command line would write.
  deploy: ["deploy", "cli"],
};

/** What an adapter or a worker may take from `sessions/` as code; types may come from any file but the store's. */
const SHARED = /^sessions\/(clock|errors|ids|message|session-key|transcript)\.ts$/;

/** What the page is told in, by the gateway and by the local chat. */
const CONSOLE_TYPES = /^(gateway\/|sessions\/|adapters\/local\/shown-message\.ts$)/;

/** Where each vendor lives. A place that ends in a slash is a folder, one in `.ts` a file. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  grammy: ["adapters/telegram/"],
  "@grammyjs/*": ["adapters/telegram/"],
  marked: ["adapters/telegram/", "console/"],
  preact: ["console/"],
  "@tanstack/*": ["console/"],
  "discord.js": ["adapters/discord/"],
  "discord-api-types": ["adapters/discord/"],
  "@discordjs/*": ["adapters/discord/"],
  keyv: ["sessions/"],
  "@keyv/*": ["sessions/"],
  "node:sqlite": ["sessions/sqlite/", "adapters/local/", "gateway/instance/"],
  "better-sqlite3": [],
  commander: ["cli/"],
  "@clack/prompts": ["cli/"],
  hono: ["gateway/control/", "gateway/console/", "adapters/local/"],
  "@hono/*": ["gateway/control/", "gateway/console/", "adapters/local/"],
  yaml: ["gateway/config/"],
  pino: ["gateway/"],
  "@opentelemetry/*": ["gateway/"],
  "prom-client": ["gateway/"],
  "@agentclientprotocol/*": ["workers/acp/"],
  ai: ["workers/model/"],
  "@ai-sdk/*": ["workers/model/"],
  "node:child_process": ["workers/", "cli/", "gateway/instance/", "gateway/supervisor/"],
  vitest: ["test/"],
  "fast-check": ["test/"],
  // Edges parse; the pure core and the ports are given parsed values.
  zod: ["gateway/", "adapters/", "workers/", "cli/", "sessions/stored/", "sessions/sqlite/"],
};

export function importViolations(file: SourceFile): readonly string[] {
  return file.imports.flatMap((each) =>
    each.isPackage ? vendorViolations(file, each) : directionViolations(file, each),
  );
}

function directionViolations({ path }: SourceFile, { target, isTypeOnly }: Import): string[] {
  const [from = "", part = ""] = path.split("/");
  const [to = "", other = ""] = target.split("/");
  const allowed = DIRECTIONS[from];
  if (allowed === undefined) return [];
  if (target === "package.json") return [];
  if (from === "console" && isTypeOnly && CONSOLE_TYPES.test(target)) return [];
  if (!allowed.includes(to)) return [`${path} imports ${target}: ${from} may not know ${to}`];
  if (from !== "adapters" && from !== "workers") return [];
  if (to === "sessions") {
    const isStore = target.startsWith("sessions/sqlite/");
    return isStore || (!isTypeOnly && !SHARED.test(target))
      ? [`${path} imports ${target}: ${from} take only types, ids, errors and time from sessions`]
      : [];
  }
  // `workers/process` is the care of processes that kinds of workers share.
  const isShared = other.endsWith(".ts") || (from === "workers" && other === "process");
  return part === other || isShared
    ? []
    : [`${path} imports ${target}: one of ${from} never sees another`];
}

function vendorViolations({ path }: SourceFile, { target }: Import): string[] {
  const rule = VENDORS[target] ?? VENDORS[`${target.split("/")[0]}/*`];
  if (rule === undefined) return [];
  const isProving = /^(test|bench)\//.test(path) && target !== "better-sqlite3";
  const isAtHome = rule.some((place) =>
    place.endsWith("/") ? path.startsWith(place) : path === place,
  );
  return isProving || isAtHome
    ? []
    : [`${path} imports ${target}, which lives in ${rule.join(", ") || "no room"}`];
}
