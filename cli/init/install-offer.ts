import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import type { Shell } from "../shell.ts";

const run = promisify(execFile);
const ANSWER_MS = 3000;

/** Whether this user has a service manager of their own that answers. Root's services belong to the machine. */
export async function canInstallForUser(): Promise<boolean> {
  if (process.getuid?.() === 0) return false;
  try {
    await run("systemctl", ["--user", "show", "--property=Version"], { timeout: ANSWER_MS });
    return true;
  } catch {
    return false;
  }
}

/** `sluice service install --user`, as the person would type it. */
export async function installForUser(
  { program, environment, directory }: Shell,
  file: string,
): Promise<number> {
  const words = [program, "--config", file, "service", "install", "--user"];
  const child = spawn(process.execPath, words, {
    cwd: directory,
    env: environment,
    stdio: "inherit",
  });
  await once(child, "exit");
  return child.exitCode ?? 1;
}
