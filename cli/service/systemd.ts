import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SluiceError, textOf } from "../../sessions/errors.ts";

const run = promisify(execFile);
const ANSWER_MS = 120_000;

/** systemd of this machine or of this user, by its own program. */
export interface Systemd {
  readonly version: number;
  /** Rejects with `service_failed`. */
  control(words: readonly string[]): Promise<string>;
  /** One property of a unit; empty when there is none. */
  property(unit: string, name: string): Promise<string>;
}

export async function findSystemd(kind: "system" | "user"): Promise<Systemd> {
  const scope = kind === "user" ? ["--user"] : [];
  const control = async (words: readonly string[]): Promise<string> => {
    try {
      const { stdout } = await run("systemctl", [...scope, ...words], { timeout: ANSWER_MS });
      return stdout.trim();
    } catch (cause) {
      throw failed(`systemctl ${[...scope, ...words].join(" ")}`, cause);
    }
  };
  return {
    version: parseVersion(await control(["--version"])),
    control,
    property: (unit, name) => control(["show", unit, `--property=${name}`, "--value"]),
  };
}

/** `systemd 252 (252.38-1~deb12u1)` and `systemd 257~rc1` alike. */
export function parseVersion(text: string): number {
  return Number(/^systemd (\d+)/.exec(text)?.[1] ?? 0);
}

function failed(tried: string, cause: unknown): SluiceError {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
    return new SluiceError(
      "service_failed",
      "Cannot find systemctl: this machine runs no systemd",
      {
        advice: "run `sluice start`, or `sluice run` under the service manager that there is",
        cause,
      },
    );
  }
  const said = cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : "";
  return new SluiceError("service_failed", `${tried} failed (${said || textOf(cause)})`, {
    advice: "look at `systemctl status` and `journalctl -e`, and try again",
    cause,
  });
}
