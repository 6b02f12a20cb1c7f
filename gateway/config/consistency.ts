import { COMMAND_NAMES } from "../commands/registry.ts";
import { TEXT_KEYS } from "../notices/catalogue.ts";
import { keyText, type Problem } from "./problem.ts";
import type { FileSettings } from "./schema.ts";
import { suggestion } from "./suggestion.ts";
import type { YamlFile } from "./yaml-file.ts";

/** The kernel's limit for the path of a socket is 108 bytes on Linux, 104 on macOS, with the closing zero. */
const SOCKET_PATH_BYTES = 103;

/** What no key is wrong about alone. */
export function consistencyProblems(
  settings: FileSettings,
  context: { readonly socket: string; readonly yaml: YamlFile },
): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (path: readonly string[], text: string): void => {
    problems.push({ place: context.yaml.place(path, "value"), key: keyText(path), text });
  };

  const workers = Object.keys(settings.workers);
  const { defaultWorker, turns } = settings;
  if (workers.length === 0) report(["workers"], "found none, wanted at least one worker");
  if (defaultWorker !== null && !workers.includes(defaultWorker)) {
    const near = suggestion(defaultWorker, workers) ?? workers.join(", ");
    report(["defaultWorker"], `there is no worker "${defaultWorker}"; did you mean ${near}?`);
  }
  reportLostRoutes(settings, report);
  if (Object.keys(settings.networks).length === 0) {
    report(["networks"], "found none, wanted at least one network");
  }
  if (turns.softStallMs > turns.hardStallMs) {
    report(
      ["turns", "softStallMs"],
      `found ${turns.softStallMs}, wanted at most turns.hardStallMs (${turns.hardStallMs})`,
    );
  }
  reportShortArchive(settings, report);
  reportUnknownTexts(settings, report);
  reportUnknownCommands(settings, report);
  reportTakenPorts(settings, report);
  reportPassedSecrets(settings, report);
  const bytes = Buffer.byteLength(context.socket);
  if (bytes > SOCKET_PATH_BYTES) {
    report(
      ["control", "socket"],
      `found a path of ${bytes} bytes (${context.socket}), wanted at most ${SOCKET_PATH_BYTES}; ` +
        "set control.socket to a shorter one, or move the state directory",
    );
  }
  return problems;
}

/** Both are counted from the last word: an archive that ends first would never hold anything. */
function reportShortArchive({ retention }: FileSettings, report: Report): void {
  const { transcriptsMs, archiveMs } = retention;
  if (transcriptsMs === null || archiveMs === null || archiveMs === 0) return;
  if (archiveMs > transcriptsMs) return;
  report(
    ["retention", "archiveMs"],
    `found ${archiveMs}, wanted more than retention.transcriptsMs (${transcriptsMs}), from whose beginning it counts, or 0: nothing is archived`,
  );
}

/** A route from nowhere is never gone, and one that leads nowhere would fail each message. */
function reportLostRoutes(settings: FileSettings, report: Report): void {
  const workers = Object.keys(settings.workers);
  const networks = Object.keys(settings.networks);
  for (const [index, { network, worker }] of settings.routes.entries()) {
    const at = ["routes", String(index)];
    if (!workers.includes(worker)) {
      const near = suggestion(worker, workers) ?? workers.join(", ");
      report([...at, "worker"], `there is no worker "${worker}"; did you mean ${near}?`);
    }
    if (network === null || networks.includes(network)) continue;
    const near = suggestion(network, networks) ?? networks.join(", ");
    report([...at, "network"], `there is no network "${network}"; did you mean ${near}?`);
  }
}

/** A sentence of one's own under a misspelt key would never be said. */
function reportUnknownTexts(settings: FileSettings, report: Report): void {
  for (const key of Object.keys(settings.notices.texts)) {
    if (TEXT_KEYS.includes(key)) continue;
    const near = suggestion(key, TEXT_KEYS);
    report(
      ["notices", "texts", key],
      `there is no sentence of this name${near === null ? "; see gateway/notices/catalogue.ts" : `; did you mean ${near}?`}`,
    );
  }
}

/** A right under a misspelt name would protect nothing. */
function reportUnknownCommands(settings: FileSettings, report: Report): void {
  for (const [network, { commands }] of Object.entries(settings.networks)) {
    for (const name of Object.keys(commands)) {
      if (COMMAND_NAMES.includes(name)) continue;
      const near = suggestion(name, COMMAND_NAMES) ?? COMMAND_NAMES.join(", ");
      const path = ["networks", network, "commands", name];
      report(path, `there is no command "/${name}"; did you mean ${near}?`);
    }
  }
}

type Report = (path: readonly string[], text: string) => void;

function reportTakenPorts(settings: FileSettings, report: Report): void {
  const taken = new Map<number, string>();
  const claim = (path: readonly string[], port: number): void => {
    const other = taken.get(port);
    if (port !== 0 && other !== undefined) {
      report(path, `found ${port}, which ${other} has as well; wanted a port of its own`);
    }
    taken.set(port, keyText(path));
  };
  if (settings.http.port !== null) taken.set(settings.http.port, "http.port");
  for (const [name, network] of Object.entries(settings.networks)) {
    if (network.adapter === "local") claim(["networks", name, "port"], network.port);
    if (network.adapter !== "telegram" || network.webhook === null) continue;
    if (taken.get(settings.webhooks.port) !== "webhooks.port") {
      claim(["webhooks", "port"], settings.webhooks.port);
    }
  }
}

/** A worker runs what people ask for: what opens a network is never in its environment. */
function reportPassedSecrets(settings: FileSettings, report: Report): void {
  const secrets = new Set(
    Object.values(settings.networks).flatMap((network) => [
      network.token?.env,
      ...("accounts" in network ? Object.values(network.accounts ?? {}) : []).map(
        ({ token }) => token.env,
      ),
    ]),
  );
  for (const [name, worker] of Object.entries(settings.workers)) {
    if (!("passEnvironment" in worker)) continue;
    for (const [index, variable] of worker.passEnvironment.entries()) {
      if (!secrets.has(variable)) continue;
      report(
        ["workers", name, "passEnvironment", String(index)],
        `${variable} opens a network; wanted a name that no token uses`,
      );
    }
  }
}
