import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One process of the command line's `run`. */
export interface CliLife {
  readonly ended: Promise<number | NodeJS.Signals>;
  hasEnded(): boolean;
  /** Ends it, and resolves when it has ended: to its exit code, or what killed it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** `directory` holds a `config.yaml`. What the process writes is added to the file `log`. */
export function startCliLife(place: {
  readonly directory: string;
  readonly log: string;
  readonly environment: Readonly<Record<string, string>>;
}): CliLife {
  const { directory } = place;
  const output = openSync(place.log, "a");
  const words = [MAIN, "--config", join(directory, "config.yaml"), "run"];
  const child = spawn(process.execPath, words, {
    cwd: directory,
    stdio: ["ignore", output, output],
    env: { HOME: directory, PATH: "/usr/bin:/bin", ...place.environment },
  });
  closeSync(output);
  let hasEnded = false;
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      hasEnded = true;
      resolve(signal ?? code ?? -1);
    });
  });
  return {
    ended,
    hasEnded: () => hasEnded,
    end(signal) {
      if (!hasEnded) child.kill(signal);
      return ended;
    },
  };
}
