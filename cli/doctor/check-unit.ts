import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSpan } from "../../gateway/supervisor/stop-timeout.ts";
import { findSystemd, type Systemd } from "../service/systemd.ts";
import { unitDirectory } from "../service/unit-place.ts";
import { WRITTEN_BY } from "../service/unit-spec.ts";
import type { Shell } from "../shell.ts";
import { formatSpan } from "../show/span.ts";
import { ok, warn, type Finding } from "./finding.ts";

/** Of an installation without a name of its own, whoever wrote it. */
const USUAL = "sluice.service";
/** Below this, not even the first step of an extension may arrive in time. */
const LEAST_STOP_MS = 5000;

type Scope = "system" | "user";

/** The services as systemd has them; nothing where there is no systemd, or no service of ours. */
export async function checkUnit(shell: Pick<Shell, "environment">): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    (["system", "user"] as const).map((scope) => checkScope(scope, shell)),
  );
  return findings.flat();
}

async function checkScope(
  scope: Scope,
  shell: Pick<Shell, "environment">,
): Promise<readonly Finding[]> {
  try {
    const systemd = await findSystemd(scope);
    const findings: Finding[] = [];
    for (const unit of new Set([USUAL, ...installed(scope, shell)])) {
      if ((await systemd.property(unit, "LoadState")) !== "loaded") continue;
      findings.push(...(await checkLoaded(systemd, unit, scope)));
    }
    return findings;
  } catch {
    return [];
  }
}

/** Those that `sluice service install` wrote, by whatever name. */
function installed(scope: Scope, { environment }: Pick<Shell, "environment">): readonly string[] {
  const directory = unitDirectory(scope, { environment, home: environment["HOME"] ?? "" });
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".service") && isOurs(join(directory, name)))
    .toSorted();
}

function isOurs(file: string): boolean {
  try {
    return readFileSync(file, "utf8").startsWith(WRITTEN_BY);
  } catch {
    return false;
  }
}

async function checkLoaded(
  systemd: Systemd,
  unit: string,
  scope: Scope,
): Promise<readonly Finding[]> {
  const state = await systemd.property(unit, "ActiveState");
  const stopMs = parseSpan(await systemd.property(unit, "TimeoutStopUSec"));
  const drift = await systemd.property(unit, "NeedDaemonReload");
  const isUp = state === "active" || state === "activating" || state === "reloading";
  const check = scope === "user" ? `${unit} (--user)` : unit;
  const systemctl = scope === "user" ? "systemctl --user" : "systemctl";
  const journalctl = scope === "user" ? "journalctl --user" : "journalctl";
  const look = `look: ${systemctl} status ${unit}; ${journalctl} -u ${unit} -e`;
  const findings = [isUp ? ok(check, state) : warn(check, state, look)];
  if (stopMs !== null && stopMs < LEAST_STOP_MS) {
    const found = `systemd kills it ${formatSpan(stopMs)} after asking it to stop`;
    const advice = `raise TimeoutStopSec to 15 s: ${systemctl} edit ${unit}`;
    findings.push(warn(check, found, advice));
  }
  if (drift === "yes") {
    findings.push(warn(check, "its file was changed on disk", `${systemctl} daemon-reload`));
  }
  return findings;
}
