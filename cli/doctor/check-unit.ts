import { parseSpan } from "../../gateway/supervisor/stop-timeout.ts";
import { findSystemd, type Systemd } from "../service/systemd.ts";
import { formatSpan } from "../show/span.ts";
import { ok, warn, type Finding } from "./finding.ts";

const UNIT = "sluice.service";
/** Below this, not even the first step of an extension may arrive in time. */
const LEAST_STOP_MS = 5000;

/** The service as systemd has it; nothing where there is no systemd, or no service of the usual name. */
export async function checkUnit(): Promise<readonly Finding[]> {
  const findings = await Promise.all((["system", "user"] as const).map(checkScope));
  return findings.flat();
}

async function checkScope(scope: "system" | "user"): Promise<readonly Finding[]> {
  try {
    const systemd = await findSystemd(scope);
    if ((await systemd.property(UNIT, "LoadState")) !== "loaded") return [];
    return await checkLoaded(systemd, scope === "user" ? `${UNIT} (--user)` : UNIT);
  } catch {
    return [];
  }
}

async function checkLoaded(systemd: Systemd, check: string): Promise<readonly Finding[]> {
  const state = await systemd.property(UNIT, "ActiveState");
  const stopMs = parseSpan(await systemd.property(UNIT, "TimeoutStopUSec"));
  const drift = await systemd.property(UNIT, "NeedDaemonReload");
  const isUp = state === "active" || state === "activating" || state === "reloading";
  const findings = [
    isUp
      ? ok(check, state)
      : warn(check, state, `look: systemctl status ${UNIT}; journalctl -u ${UNIT} -e`),
  ];
  if (stopMs !== null && stopMs < LEAST_STOP_MS) {
    const found = `systemd kills it ${formatSpan(stopMs)} after asking it to stop`;
    findings.push(warn(check, found, "raise TimeoutStopSec to 15 s (systemctl edit)"));
  }
  if (drift === "yes") {
    findings.push(warn(check, "its file was changed on disk", "systemctl daemon-reload"));
  }
  return findings;
}
