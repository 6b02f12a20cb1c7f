import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkConfigurationText } from "../../gateway/config/check-text.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { SetupFile } from "./configuration-text.ts";

/** Which of the files are there already. */
export function filesInTheWay(directory: string, files: readonly SetupFile[]): readonly string[] {
  return files.map(({ name }) => join(directory, name)).filter((path) => existsSync(path));
}

/**
 * Writes all of them or none, readable by this user only, the configuration last: what it refers to is then there.
 * What is replaced stays as `….old`. Throws `config_unwritable` or `config_invalid`.
 */
export function writeSetup(file: string, files: readonly SetupFile[]): readonly string[] {
  const directory = dirname(file);
  const paths = files.map(({ name }) => join(directory, name));
  const fresh = paths.map((path) => `${path}.new`);
  const text = files.at(-1)?.text ?? "";
  checkConfigurationText(text, file);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const [index, one] of files.entries()) {
      const path = fresh[index] ?? "";
      rmSync(path, { force: true });
      writeFileSync(path, one.text, { mode: 0o600, flag: "wx", flush: true });
    }
    for (const path of paths.filter((path) => existsSync(path))) keepOld(path);
    for (const [index, path] of paths.entries()) renameSync(fresh[index] ?? "", path);
    return paths;
  } catch (cause) {
    for (const path of fresh) forget(path);
    throw new SluiceError("config_unwritable", `Cannot write ${file} (${textOf(cause)})`, {
      advice: "nothing was written; name another place with --config, or mend its rights",
      cause,
    });
  }
}

function keepOld(path: string): void {
  const old = `${path}.old`;
  rmSync(old, { force: true });
  copyFileSync(path, old);
}

function forget(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The error that led here says what is wrong with the place.
  }
}
