import { basename } from "node:path";
import type { Systemd } from "./systemd.ts";
import { possibleFiles } from "./unit-files.ts";
import { findUnits, removeUnits } from "./unit-place.ts";

/** The files that were removed; none when there is no such service. Rejects with `service_failed`. */
export async function uninstallService(
  name: string,
  { systemd, directory }: { readonly systemd: Systemd; readonly directory: string },
): Promise<readonly string[]> {
  const units = findUnits(directory, possibleFiles(name))
    .map((path) => basename(path))
    .filter((file) => /\.(service|socket)$/.test(file));
  if (units.length === 0) return [];
  // Together: a socket that stays would start the service again.
  await systemd.control(["disable", "--now", ...units]);
  const removed = removeUnits(directory, name);
  await systemd.control(["daemon-reload"]);
  return removed;
}
