import { execFile } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Agent } from "./agents.ts";

export type Installed =
  | { readonly outcome: "ready"; readonly program: string }
  | { readonly outcome: "missing"; readonly why: string };

/** Into a folder of its own beside the machine's other temporary files; kept there for the next run. */
export async function install(agent: Agent): Promise<Installed> {
  const folder = join(tmpdir(), "sluice-agents", agent.packaged.replaceAll(/[/@]+/g, "-"));
  const program = join(folder, "node_modules/.bin", agent.program);
  const isWhole = join(folder, "installed");
  if (!existsSync(isWhole)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"private":true}');
    try {
      const words = ["install", "--no-audit", "--no-fund", "--loglevel=error", agent.packaged];
      await promisify(execFile)("npm", words, { cwd: folder, timeout: 300_000 });
    } catch (error) {
      return { outcome: "missing", why: lastLine(error) };
    }
    writeFileSync(isWhole, "");
  }
  if (!existsSync(program)) return { outcome: "missing", why: "npm installed no such program" };
  return { outcome: "ready", program: realpathSync(program) };
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").at(-1) ?? "";
}
