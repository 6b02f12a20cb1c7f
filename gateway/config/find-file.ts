import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * The configuration file to read: the one that was named (which must then be there), else `config.yaml` in the
 * current directory, else the user's; null = none, which runs on defaults.
 */
export function findConfigurationFile(options: {
  readonly named: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
}): string | null {
  const { environment, directory } = options;
  const named = options.named ?? environment["SLUICE_CONFIG"];
  if (named) return resolve(directory, named);
  const user = environment["XDG_CONFIG_HOME"] ?? join(environment["HOME"] ?? homedir(), ".config");
  const places = [join(directory, "config.yaml"), join(user, "sluice", "config.yaml")];
  return places.find((place) => existsSync(place)) ?? null;
}
