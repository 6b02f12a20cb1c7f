import { commandLine, quoted } from "./unit-quoting.ts";
import type { UnitSpec } from "./unit-spec.ts";
import { WRITTEN_BY } from "./unit-spec.ts";

/** Since then, reloads are told of and sockets are handed over (`OpenFile=`). */
const NOTIFY_RELOAD = 253;

/** The service as the gateway wants to be run; every figure in it was measured with a real systemd. */
export function serviceUnit(spec: UnitSpec): string {
  const sections = [unitSection(spec), serviceSection(spec), installSection(spec)];
  return `${WRITTEN_BY}\n${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function unitSection({ name, scope, listeners }: UnitSpec): readonly string[] {
  const sockets = listeners.map((one) => `${name}-${one.name}.socket`).join(" ");
  return [
    "[Unit]",
    "Description=Sluice chat gateway",
    // A user's manager knows nothing of the machine's network.
    ...(scope.kind === "system"
      ? ["Wants=network-online.target", `After=network-online.target`]
      : []),
    ...(sockets === "" ? [] : [`Wants=${sockets}`, `After=${sockets}`]),
    "# Planned restarts count, too, and a refused one leaves the service down.",
    "StartLimitIntervalSec=10min",
    "StartLimitBurst=40",
  ];
}

function serviceSection(spec: UnitSpec): readonly string[] {
  const { name, scope, command, path, listeners } = spec;
  return [
    "[Service]",
    ...notifyLines(spec),
    ...listeners.map((one) => `Sockets=${name}-${one.name}.socket`),
    "# node itself: npm, npx and shells do not pass signals on.",
    `ExecStart=${commandLine(command)}`,
    ...(path === null ? [] : [`Environment=${quoted(`PATH=${path}`)}`]),
    ...userLines(spec),
    "",
    "# Only the gateway is asked to stop: it decides what becomes of its workers, and what is left then is killed.",
    "KillMode=mixed",
    "# Short, because a drain extends it step by step: a gateway that hangs while it stops is killed soon.",
    "TimeoutStopSec=15",
    "TimeoutStartSec=120",
    "# A gateway whose event loop stands still is started again.",
    "WatchdogSec=60",
    "LimitCORE=0",
    "",
    "# 0 stopped, 75 restart me, 78 and 2: a person must mend something first.",
    "Restart=always",
    "RestartSec=100ms",
    "SuccessExitStatus=75",
    "RestartForceExitStatus=75",
    "RestartPreventExitStatus=2 78",
    "# A worker that is out of memory does not take the gateway with it.",
    "OOMPolicy=continue",
    ...(scope.kind === "system" ? CREDENTIALS : []),
  ];
}

const CREDENTIALS = [
  "",
  "# A token that only the service can read: `token: { credential: telegram-token }` in the configuration, and here",
  "#LoadCredential=telegram-token:/etc/sluice/telegram-token",
];

function notifyLines({ version, scope }: UnitSpec): readonly string[] {
  const isOld = version !== null && version < NOTIFY_RELOAD;
  const runtime = scope.kind === "system" ? "/run" : `/run/user/${scope.uid}`;
  const reload = "ExecReload=/bin/kill -HUP $MAINPID";
  if (isOld) {
    return [
      "Type=notify",
      `# systemd ${version} hands over no socket: the gateway speaks through systemd-notify, a process of its own.`,
      "NotifyAccess=all",
      reload,
    ];
  }
  const open = `OpenFile=${runtime}/systemd/notify:notify:graceful`;
  if (version !== null) return ["Type=notify-reload", "NotifyAccess=main", open];
  return [
    "# The second line counts from systemd 253 on; before that it is not known, and passed over.",
    "Type=notify",
    "Type=notify-reload",
    "# `main` is enough from systemd 253 on.",
    "NotifyAccess=all",
    open,
    reload,
  ];
}

/** A user's service keeps its state where that user's commands look for it. */
function userLines({ name, scope }: UnitSpec): readonly string[] {
  if (scope.kind === "user") return ["WorkingDirectory=%h"];
  const state = [
    `StateDirectory=${name}`,
    "StateDirectoryMode=0700",
    `WorkingDirectory=%S/${name}`,
  ];
  return scope.user === null
    ? ["DynamicUser=yes", "ProtectHome=read-only", `Environment=HOME=%S/${name}`, ...state]
    : [`User=${scope.user}`, ...state];
}

function installSection({ scope }: UnitSpec): readonly string[] {
  const target = scope.kind === "system" ? "multi-user.target" : "default.target";
  return ["[Install]", `WantedBy=${target}`];
}
