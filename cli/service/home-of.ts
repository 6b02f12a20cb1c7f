import { execFileSync } from "node:child_process";

/** The home of another user of this machine, wherever the machine knows its users from; null = nobody says. */
export function homeOf(user: string): string | null {
  try {
    const line = execFileSync("getent", ["passwd", user], { encoding: "utf8" });
    const home = line.split(":")[5] ?? "";
    return home.startsWith("/") ? home : null;
  } catch {
    return null;
  }
}
