import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Where the state is kept, in this order: the command line, SLUICE_STATE_DIR, the file (relative to the file),
 * systemd's STATE_DIRECTORY, the user's usual place. Always absolute.
 */
export function stateDirectory(from: {
  readonly override: string | null;
  readonly inFile: string | null;
  readonly file: string | null;
  readonly environment: Variables;
}): string {
  const { environment } = from;
  if (from.override !== null) return expand(from.override, ".");
  const variable = environment["SLUICE_STATE_DIR"];
  if (variable) return expand(variable, ".");
  if (from.inFile !== null) return expand(from.inFile, dirname(from.file ?? "."));
  // systemd names several, separated by colons; the first is ours.
  const byUnit = environment["STATE_DIRECTORY"]?.split(":")[0];
  if (byUnit) return resolve(byUnit);
  const base = environment["XDG_STATE_HOME"];
  return base ? resolve(base, "sluice") : join(home(environment), ".local", "state", "sluice");
}

/** A path as a person writes it, `~/` included. */
export function expand(path: string, base: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(base, path);
}

function home(environment: Variables): string {
  return environment["HOME"] ?? homedir();
}
