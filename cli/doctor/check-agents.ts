import type { Configuration, WorkerSettings } from "../../gateway/config/configuration.ts";
import { expand } from "../../gateway/config/state-directory.ts";
import { workerEnvironment } from "../../gateway/config/worker-environment.ts";
import type { Shell } from "../shell.ts";
import { findAgents, programOnPath, versionOf } from "./agents-on-path.ts";
import { fail, ok, type Finding } from "./finding.ts";

/** The programs of the configured workers, and which agents this machine has. */
export async function checkAgents(
  shell: Shell,
  configuration: Configuration | null,
): Promise<readonly Finding[]> {
  const path = shell.environment["PATH"] ?? "";
  const environment = workerEnvironment(shell.environment, []);
  const workers = Object.entries(configuration?.workers ?? {});
  const found = await Promise.all(
    findAgents(path).map(async ({ label, file }) => {
      const version = await versionOf(file, environment);
      return `${label}${version === null ? "" : ` (${version})`}`;
    }),
  );
  const list =
    found.length === 0 ? "none of Claude, Codex, OpenCode, Gemini, Qwen" : found.join(", ");
  return [
    ...workers.flatMap(([name, worker]) => programCheck(name, worker, path)),
    ok("agents on this machine", list),
  ];
}

function programCheck(name: string, worker: WorkerSettings, path: string): readonly Finding[] {
  const program = programOf(worker);
  if (program === null) return [];
  const file = programOnPath(program.includes("/") ? expand(program, "/") : program, path);
  const check = `worker ${name}`;
  if (file !== null) return [ok(check, file)];
  const place = program.includes("/") ? "" : " on the PATH";
  const advice = `install it, or correct workers.${name}.command`;
  return [fail(check, `there is no program ${program}${place}`, advice)];
}

function programOf(worker: WorkerSettings): string | null {
  switch (worker.kind) {
    case "command":
      return worker.command;
    case "acp":
      return worker.command[0] ?? null;
    case "demo":
    case "model":
      return null;
  }
}
