import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import type { SupervisorEnvironment } from "../config/supervisor-environment.ts";
import { notifyDescriptor } from "./notifier.ts";

const run = promisify(execFile);
const ANSWER_MS = 2000;

/**
 * After how long systemd kills a gateway that it asked to stop; null = there is no such limit, none can be found, or
 * it can be extended while we drain.
 */
export async function askStopTimeout(told: SupervisorEnvironment): Promise<number | null> {
  if (!told.isUnit || notifyDescriptor(told) !== null) return null;
  const unit = ownUnit();
  if (unit === null) return null;
  const shown = await show(unit);
  if (shown === null) return null;
  // The program speaks in our name only as root; else systemd must listen to every process of the unit.
  const isHeard = shown["NotifyAccess"] === "all" || process.getuid?.() === 0;
  if (told.notifySocket !== null && isHeard) return null;
  return parseSpan(shown["TimeoutStopUSec"] ?? "");
}

type Shown = Readonly<Record<string, string>>;

interface OwnUnit {
  readonly name: string;
  readonly isUser: boolean;
}

/** Of which service this process is a part: the last in a path of its cgroups. */
export function unitOf(cgroups: string): OwnUnit | null {
  // Where version 1 and 2 live side by side, only one of the two paths may say it.
  for (const [, path = ""] of cgroups.matchAll(/^(?:0:|\d+:name=systemd):(.*)$/gm)) {
    const services = path.split("/").filter((part) => part.endsWith(".service"));
    const name = services.at(-1);
    if (name === undefined) continue;
    const isUser = services.length > 1 && /^user@\d+\.service$/.test(services[0] ?? "");
    return { name, isUser };
  }
  return null;
}

function ownUnit(): OwnUnit | null {
  try {
    return unitOf(readFileSync("/proc/self/cgroup", "utf8"));
  } catch {
    return null;
  }
}

async function show({ name, isUser }: OwnUnit): Promise<Shown | null> {
  const words = ["show", name, "--property=TimeoutStopUSec", "--property=NotifyAccess"];
  try {
    const { stdout } = await run("systemctl", isUser ? ["--user", ...words] : words, {
      timeout: ANSWER_MS,
    });
    return Object.fromEntries(stdout.split("\n").flatMap(assignment));
  } catch {
    // No systemctl, or not our right to ask: as if nobody had a limit.
    return null;
  }
}

function assignment(line: string): readonly [string, string][] {
  const at = line.indexOf("=");
  return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
}

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** systemd.time(7)'s spans as it prints them, such as `1min 30s`, in ms; null for `infinity` and what is none. */
export function parseSpan(text: string): number | null {
  let sum = 0;
  for (const part of text.trim().split(/\s+/)) {
    const [, amount = "", unit = ""] = /^([\d.]+)([a-z]+)$/.exec(part) ?? [];
    const factor = UNITS[unit];
    if (factor === undefined) return null;
    sum += Number(amount) * factor;
  }
  return Math.round(sum);
}
