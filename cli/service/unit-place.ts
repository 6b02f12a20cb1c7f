import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import { possibleFiles } from "./unit-files.ts";
import type { UnitFiles } from "./unit-spec.ts";
import { WRITTEN_BY } from "./unit-spec.ts";

/** Where units are kept that an administrator, or a user, wrote. */
export function unitDirectory(
  kind: "system" | "user",
  {
    environment,
    home,
  }: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly home: string;
  },
): string {
  if (kind === "system") return "/etc/systemd/system";
  return join(environment["XDG_CONFIG_HOME"] || join(home, ".config"), "systemd", "user");
}

/** Replaces what an installation of this name had before. Throws `service_failed`, and then nothing is changed. */
export function writeUnits(directory: string, name: string, files: UnitFiles): void {
  const before = findUnits(directory, possibleFiles(name));
  try {
    for (const path of before) rmSync(path);
    for (const [file, text] of Object.entries(files)) {
      const path = join(directory, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode: 0o644 });
    }
  } catch (cause) {
    throw new SluiceError("service_failed", `Cannot write ${directory} (${textOf(cause)})`, {
      advice: "run it as root (sudo), or with --user for a service of your own",
      cause,
    });
  }
}

/** Those of the files that are there. Throws `service_failed` when somebody else wrote one. */
export function findUnits(directory: string, files: readonly string[]): readonly string[] {
  const found = files.map((file) => join(directory, file)).filter((path) => existsSync(path));
  for (const path of found) refuseForeign(path);
  return found;
}

/** The files that were removed. */
export function removeUnits(directory: string, name: string): readonly string[] {
  const removed = findUnits(directory, possibleFiles(name));
  for (const path of removed) rmSync(path);
  removeEmpty(join(directory, `${name}.service.d`));
  return removed;
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Not there, or something is in it.
  }
}

function refuseForeign(path: string): void {
  if (readFileSync(path, "utf8").startsWith(WRITTEN_BY)) return;
  throw new SluiceError("service_failed", `Cannot replace ${path}: it was not written by sluice`, {
    advice: "choose another name with --name, or move that file away",
  });
}

/** The first directory on the way to a file that not everybody may enter; null = everybody may read it. */
export function closedPlace(file: string): string | null {
  for (let path = dirname(file), last = ""; path !== last; last = path, path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return path;
  }
  return (statSync(file).mode & 0o004) === 0 ? file : null;
}
