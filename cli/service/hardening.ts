import type { Hardening } from "./unit-spec.ts";
import { WRITTEN_BY } from "./unit-spec.ts";

/** What holds for both: the gateway and any agent can do without. Never MemoryDenyWriteExecute: V8 compiles at run time. */
const BOTH = [
  "NoNewPrivileges=yes",
  "CapabilityBoundingSet=",
  "AmbientCapabilities=",
  "LockPersonality=yes",
  "PrivateDevices=yes",
  "PrivateTmp=yes",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectProc=invisible",
  "ProtectSystem=strict",
  "PrivateUsers=yes",
  "RemoveIPC=yes",
  "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "SystemCallArchitectures=native",
  "# Refused calls fail; without this they would kill the process.",
  "SystemCallErrorNumber=EPERM",
  "UMask=0077",
] as const;

const STRICT = [
  ...BOTH,
  "ProcSubset=pid",
  "ProtectHome=read-only",
  "ProtectKernelTunables=yes",
  "RestrictNamespaces=yes",
  "SystemCallFilter=@system-service",
  "SystemCallFilter=~@privileged @resources",
] as const;

const AGENTS = [
  ...BOTH,
  "# Agents work in people's folders: add those that are elsewhere, take away with InaccessiblePaths=.",
  "ReadWritePaths=-/home -/root -/srv -/mnt -/media",
  "# They put their own commands in sandboxes: namespaces and mounts of their own, and a /proc that can be mounted again.",
  "RestrictAddressFamilies=AF_NETLINK",
  "SystemCallFilter=@system-service @mount",
  "SystemCallFilter=~@resources",
] as const;

/** A drop-in for the system's service, or null. */
export function hardeningDropIn(hardening: Hardening): string | null {
  if (hardening === "off") return null;
  const lines = hardening === "strict" ? STRICT : AGENTS;
  return `${WRITTEN_BY}\n[Service]\n${lines.join("\n")}\n`;
}
