import { join } from "node:path";
import { parseSpan } from "../../gateway/supervisor/stop-timeout.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { Systemd } from "./systemd.ts";
import { serviceName, socketName, unitFiles } from "./unit-files.ts";
import { writeUnits } from "./unit-place.ts";
import type { UnitSpec } from "./unit-spec.ts";

export interface Installed {
  readonly files: readonly string[];
  readonly state: string;
  /** What a person is told. */
  readonly lines: readonly string[];
}

/** Below this, not even the first step of an extension may arrive in time. */
const LEAST_STOP_MS = 5000;

/** Rejects with `service_failed`. */
export async function installService(
  spec: UnitSpec,
  where: { readonly systemd: Systemd; readonly directory: string; readonly start: boolean },
): Promise<Installed> {
  const { systemd, directory } = where;
  if (spec.hardening !== "off") refuseTemporary(spec.command);
  const service = serviceName(spec);
  const sockets = spec.listeners.map((one) => socketName(spec.name, one));
  const files = unitFiles(spec);
  writeUnits(directory, spec.name, files);
  await systemd.control(["daemon-reload"]);
  await systemd.control(["enable", service, ...sockets]);
  const before = await systemd.property(service, "ActiveState");
  if (where.start) await systemd.control(["start", ...sockets, service]);
  const state = await systemd.property(service, "ActiveState");
  const paths = Object.keys(files).map((file) => join(directory, file));
  const stopMs = parseSpan(await systemd.property(service, "TimeoutStopUSec"));
  const lines = [
    ...paths.map((path) => `wrote ${path}`),
    ...stateLines(spec, { before, state }),
    ...stopWarning(stopMs),
    ...scopeLines(spec),
  ];
  return { files: paths, state, lines };
}

/** `PrivateTmp` gives a hardened service folders of its own there. */
function refuseTemporary(words: readonly string[]): void {
  const hidden = words.find((word) => /^\/(var\/)?tmp\//.test(word));
  if (hidden === undefined) return;
  throw new SluiceError(
    "service_failed",
    `Cannot run ${hidden} as a hardened service: it sees nothing of /tmp and /var/tmp`,
    { advice: "move it, for example to /opt, or install with --hardening off" },
  );
}

function stateLines(
  spec: UnitSpec,
  { before, state }: { readonly before: string; readonly state: string },
): readonly string[] {
  const control = controlWords(spec);
  if (before === "active") {
    return [
      `${spec.name} runs already, as it was installed before: ${control} restart ${spec.name}`,
    ];
  }
  const when = spec.scope.kind === "user" ? "when you log in" : "with the machine";
  if (state === "active") return [`${spec.name} runs, and starts ${when}.`];
  return [`${spec.name} starts ${when}; now: ${control} start ${spec.name}`];
}

/** A drop-in of the machine's may say so. */
function stopWarning(stopMs: number | null): readonly string[] {
  if (stopMs === null || stopMs >= LEAST_STOP_MS) return [];
  return [
    `warning: systemd kills it ${stopMs} ms after asking it to stop; raise TimeoutStopSec to 15 s`,
  ];
}

function scopeLines(spec: UnitSpec): readonly string[] {
  const control = controlWords(spec);
  const journal = spec.scope.kind === "user" ? "journalctl --user" : "journalctl";
  const look = `look: ${control} status ${spec.name}; its log: ${journal} -u ${spec.name} -f`;
  if (spec.scope.kind === "user") {
    return [look, "it ends when you log out, unless: loginctl enable-linger"];
  }
  const isNamed = spec.command.includes("--state-dir");
  return isNamed ? [look] : [look, `commands: sluice --state-dir /var/lib/${spec.name} status`];
}

function controlWords({ scope }: UnitSpec): string {
  return scope.kind === "user" ? "systemctl --user" : "systemctl";
}
