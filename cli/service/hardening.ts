import { quoted } from "./unit-quoting.ts";
import type { Hardening } from "./unit-spec.ts";
import { WRITTEN_BY } from "./unit-spec.ts";

/** What holds for both: the gateway and any agent can do without. Never MemoryDenyWriteExecute: V8 compiles at run time. */
const BOTH = [
  "NoNewPrivileges=yes",
  "CapabilityBoundingSet=",
  "AmbientCapabilities=",
  "LockPersonality=yes",
  "PrivateDevices=yes",
  "# What is mounted in here stays in here.",
  "PrivateMounts=yes",
  "PrivateTmp=yes",
  "ProtectClock=yes",
  "ProtectControlGroups=yes",
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
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelTunables=yes",
  "RestrictNamespaces=yes",
  "SystemCallFilter=@system-service",
  "SystemCallFilter=~@privileged @resources",
] as const;

const AGENTS = [
  ...BOTH,
  "# They put their own commands in sandboxes: namespaces and mounts of their own.",
  "RestrictNamespaces=user mnt pid net",
  "RestrictAddressFamilies=AF_NETLINK",
  "SystemCallFilter=@system-service @mount",
  "SystemCallFilter=~@resources",
  "# A sandbox can mount a /proc only while nothing hides a part of this one. So no ProtectKernelTunables,",
  "# ProtectKernelLogs, ProtectHostname or ProcSubset: without a capability nobody in here gets at those anyway.",
] as const;

/** A drop-in for the system's service, or null. `home`: of who it runs as; null = not known, or none. */
export function hardeningDropIn(hardening: Hardening, home: string | null): string | null {
  if (hardening === "off") return null;
  const lines = hardening === "strict" ? STRICT : [...AGENTS, ...workplaces(home)];
  return `${WRITTEN_BY}\n[Service]\n${lines.join("\n")}\n`;
}

/** Where agents may write. Below `/home` a home can be excepted from what is read-only, `/root` itself cannot. */
function workplaces(home: string | null): readonly string[] {
  const words =
    "# Agents work in people's folders: add those that are elsewhere, take away with InaccessiblePaths=.";
  const isExcepted = home?.startsWith("/home/") === true;
  const places = [
    ...new Set([...(isExcepted ? [] : HOMES), ...(home === null ? [] : [home]), ...SHARED]),
  ];
  const writable = `ReadWritePaths=${places.map((place) => quoted(`-${place}`)).join(" ")}`;
  return isExcepted ? [words, "ProtectHome=read-only", writable] : [words, writable];
}

const HOMES = ["/home", "/root"];
const SHARED = ["/srv", "/mnt", "/media"];
