import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Said by tests that are left out. */
export const NO_CHROMIUM = "chromium is not on this machine";

/** Path of a Chromium on the PATH, or null. */
export function findChromium(): string | null {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter((part) => part !== "");
  for (const name of NAMES) {
    for (const directory of directories) {
      const file = join(directory, name);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
