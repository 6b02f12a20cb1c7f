import { isAbsolute, resolve } from "node:path";
import { SluiceError } from "../../sessions/errors.ts";
import { NODE_FLAGS } from "../node-flags.ts";
import type { Shell } from "../shell.ts";
import { homeOf } from "./home-of.ts";
import { closedPlace } from "./unit-place.ts";
import type { Hardening, Listener, UnitScope, UnitSpec } from "./unit-spec.ts";

export interface ServiceOptions {
  readonly user: boolean;
  readonly name: string;
  readonly runAs?: string;
  readonly hardening: Hardening;
  readonly sockets: boolean;
}

/** What is to be installed, from the options, the configuration and who asks. */
export function specOf(
  given: ServiceOptions,
  {
    shell,
    file,
    stateDir,
    version,
    node,
    listeners,
  }: {
    readonly shell: Shell;
    /** The configuration file, or null. */
    readonly file: string | null;
    /** From the command line, or null. */
    readonly stateDir: string | null;
    readonly listeners: readonly Listener[];
    readonly version: number | null;
    /** Path of the program that runs this one. */
    readonly node: string;
  },
): UnitSpec {
  const scope = scopeOf(given, shell);
  const program = resolve(shell.directory, shell.program);
  if (scope.kind === "system" && scope.user === null) {
    refuseClosed([node, program, ...(file === null ? [] : [file])]);
  }
  return {
    name: given.name,
    version,
    scope,
    command: [
      node,
      ...NODE_FLAGS,
      program,
      ...(file === null ? [] : ["--config", file]),
      ...(stateDir === null ? [] : ["--state-dir", resolve(shell.directory, stateDir)]),
      "run",
    ],
    path: searchPath(shell.environment["PATH"] ?? ""),
    // A user's own service manager may not do most of it.
    hardening: scope.kind === "user" ? "off" : given.hardening,
    listeners,
  };
}

function scopeOf({ user, runAs }: ServiceOptions, { environment }: Shell): UnitScope {
  if (user) return { kind: "user", uid: process.getuid?.() ?? 0 };
  const asked = runAs ?? environment["SUDO_USER"] ?? null;
  const name = asked === "root" && runAs === undefined ? null : asked;
  return { kind: "system", user: name, home: name === null ? null : homeOf(name) };
}

/** A user that exists only while the service runs can read only what everybody can. */
function refuseClosed(files: readonly string[]): void {
  for (const file of files) {
    const closed = closedPlace(file);
    if (closed === null) continue;
    throw new SluiceError(
      "service_failed",
      `Cannot run ${file} as a user of the service's own: ${closed} is closed to others`,
      { advice: "name a user who may read it with --run-as, or move it, for example to /opt" },
    );
  }
}

/** As this shell finds programs, without what npm put before it. */
function searchPath(path: string): string | null {
  const kept = path
    .split(":")
    .filter((one) => isAbsolute(one) && !/\/node_modules\/|node-gyp-bin/.test(`${one}/`));
  return kept.length === 0 ? null : [...new Set(kept)].join(":");
}
