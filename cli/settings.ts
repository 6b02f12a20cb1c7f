import { join } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import type { Configuration } from "../gateway/config/configuration.ts";
import { findConfigurationFile } from "../gateway/config/find-file.ts";
import { loadConfiguration } from "../gateway/config/load.ts";
import { problemsError } from "../gateway/config/problem.ts";
import { expand, stateDirectory } from "../gateway/config/state-directory.ts";
import { readYamlFile } from "../gateway/config/yaml-file.ts";
import { connectControl, type ControlClient } from "../gateway/control/client.ts";
import type { Shell } from "./shell.ts";

/** The options that every command has. */
export interface CommonOptions {
  readonly json: boolean;
  readonly config: string | null;
  readonly stateDir: string | null;
}

const commonShape = z.object({
  json: z.boolean().default(false),
  config: z.string().nullable().default(null),
  stateDir: z.string().nullable().default(null),
});

export function commonOptions(command: Command): CommonOptions {
  return commonShape.parse(command.optsWithGlobals());
}

/** The same options as words of a command line. */
export function commonArguments(options: CommonOptions): readonly string[] {
  return [
    ...(options.config === null ? [] : ["--config", options.config]),
    ...(options.stateDir === null ? [] : ["--state-dir", options.stateDir]),
    ...(options.json ? ["--json"] : []),
  ];
}

/** Throws `config_*`. */
export function readConfiguration(shell: Shell, options: CommonOptions): Configuration {
  return loadConfiguration({
    file: configurationFile(shell, options),
    environment: shell.environment,
    ...(options.stateDir === null ? {} : { overrides: { stateDir: options.stateDir } }),
  });
}

export function controlOf(shell: Shell, options: CommonOptions): ControlClient {
  return controlAt(statePlaces(shell, options));
}

export function controlAt({ socket }: StatePlaces): ControlClient {
  return connectControl(socket);
}

/** Both absolute. */
export interface StatePlaces {
  readonly stateDir: string;
  readonly socket: string;
  readonly http: { readonly host: string; readonly port: number | null };
  readonly hasConsole: boolean;
}

/**
 * Only what leads to the socket is read: a file with a mistake, or with secrets that only the service
 * is given, must not keep an operator from the gateway that runs. Throws `config_*` for a file that is no YAML.
 */
export function statePlaces(shell: Shell, options: CommonOptions): StatePlaces {
  const file = configurationFile(shell, options);
  const { environment } = shell;
  const found = placesIn(file);
  const stateDir = stateDirectory({
    override: options.stateDir,
    inFile: found.stateDir,
    file,
    environment,
  });
  const { socket } = found.control;
  return {
    stateDir,
    socket: socket === null ? join(stateDir, "control.sock") : expand(socket, stateDir),
    http: found.http,
    hasConsole: found.console.enabled,
  };
}

const none = { socket: null };
const here = { host: "127.0.0.1", port: 8788 };
const places = z
  .object({
    stateDir: z.string().nullable().catch(null),
    control: z.object({ socket: z.string().nullable().catch(null) }).catch(none),
    http: z
      .object({
        host: z.string().catch(here.host),
        port: z.int().nullable().catch(here.port),
      })
      .catch(here),
    console: z.object({ enabled: z.boolean().catch(true) }).catch({ enabled: true }),
  })
  .catch({ stateDir: null, control: none, http: here, console: { enabled: true } });

function placesIn(file: string | null): z.output<typeof places> {
  if (file === null) return places.parse({});
  const parsed = readYamlFile(file);
  if (parsed.outcome === "broken") throw problemsError("config_invalid", file, parsed.problems);
  return places.parse(parsed.yaml.values);
}

export function configurationFile(shell: Shell, options: CommonOptions): string | null {
  return findConfigurationFile({
    named: options.config,
    environment: shell.environment,
    directory: shell.directory,
  });
}
