import { dirname, join } from "node:path";

import type { Configuration, NetworkSettings, WorkerSettings } from "./configuration.ts";
import { ONLY_ACCOUNT } from "./accounts.ts";
import { withBotsOfEnvironment } from "./bots-of-environment.ts";
import { consistencyProblems } from "./consistency.ts";
import { problemsError } from "./problem.ts";
import { fileSchema, type FileSettings } from "./schema.ts";
import { schemaProblems } from "./schema-problems.ts";
import { secretPaths } from "./secret-paths.ts";
import { createSecretReader, type SecretReader } from "./secret-reader.ts";
import { secretPlace } from "./secret.ts";
import { expand, stateDirectory } from "./state-directory.ts";
import { parseYaml, readYamlFile, type YamlFile } from "./yaml-file.ts";

export interface ConfigurationSource {
  /** Null = run on defaults. */
  readonly file: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From the command line: it outranks the environment, which outranks the file. */
  readonly overrides?: { readonly stateDir?: string; readonly logLevel?: string };
}

/** Throws `config_unreadable`, `config_invalid` or `config_secret_missing`, each with all that is wrong. */
export function loadConfiguration(source: ConfigurationSource): Configuration {
  const { file } = source;
  const parsed = file === null ? parseYaml("") : readYamlFile(file);
  if (parsed.outcome === "broken") throw problemsError("config_invalid", file, parsed.problems);
  const { yaml } = parsed;
  const checked = fileSchema.safeParse(valuesOf(yaml, source));
  if (!checked.success) {
    throw problemsError("config_invalid", file, schemaProblems(checked.error.issues, yaml));
  }
  const settings = checked.data;
  const log = logSettings(settings, source);
  const stateDir = stateDirectory({
    override: source.overrides?.stateDir ?? null,
    inFile: settings.stateDir,
    file,
    environment: source.environment,
  });
  const socket =
    settings.control.socket === null
      ? join(stateDir, "control.sock")
      : expand(settings.control.socket, stateDir);
  const problems = consistencyProblems(settings, { socket, yaml });
  if (problems.length > 0) throw problemsError("config_invalid", file, problems);
  const secrets = createSecretReader(yaml, source);
  const networks = networksWithSecrets(settings, secrets);
  const workers = workersWithSecrets(settings, secrets);
  if (secrets.problems.length > 0) {
    throw problemsError("config_secret_missing", file, secrets.problems);
  }
  return {
    ...settings,
    log,
    file,
    stateDir,
    networks,
    workers,
    defaultWorker: settings.defaultWorker ?? Object.keys(settings.workers)[0] ?? "",
    control: { socket },
    secretPaths: secretPaths(settings, {
      environment: source.environment,
      directory: dirname(file ?? "."),
    }),
  };
}

/** `turns:` with all its keys commented out means what leaving it out means. */
function valuesOf({ values }: YamlFile, source: ConfigurationSource): unknown {
  const all = values ?? {};
  if (typeof all !== "object" || Array.isArray(all)) return all;
  const filled = Object.entries(all).filter(([, value]) => value !== null);
  return withBotsOfEnvironment(Object.fromEntries(filled), source.environment);
}

function logSettings(settings: FileSettings, source: ConfigurationSource): FileSettings["log"] {
  const asked = source.overrides?.logLevel ?? source.environment["SLUICE_LOG"];
  if (!asked) return settings.log;
  const checked = fileSchema.shape.log.safeParse({ ...settings.log, level: asked });
  if (checked.success && checked.data !== undefined) return checked.data;
  const wanted = fileSchema.shape.log.unwrap().shape.level.unwrap().options.join(", ");
  throw problemsError("config_invalid", null, [
    { place: null, key: "SLUICE_LOG", text: `found "${asked}", wanted one of ${wanted}` },
  ]);
}

function networksWithSecrets(
  settings: FileSettings,
  secrets: SecretReader,
): Readonly<Record<string, NetworkSettings>> {
  const networks: Record<string, NetworkSettings> = {};
  for (const [name, network] of Object.entries(settings.networks)) {
    const path = ["networks", name];
    if (network.adapter === "local") {
      const { token } = network;
      const secret = token === undefined ? null : secrets.read(token, [...path, "token"]);
      networks[name] = { ...network, token: secret };
      continue;
    }
    const { token, accounts = {}, ...rest } = network;
    const found = Object.entries(accounts).map(
      ([account, one]) =>
        [account, secrets.read(one.token, [...path, "accounts", account])] as const,
    );
    if (token !== undefined) found.push([ONLY_ACCOUNT, secrets.read(token, [...path, "token"])]);
    const known = found.flatMap(([account, one]) =>
      one === null ? [] : [[account, one] as const],
    );
    networks[name] = { ...rest, accounts: Object.fromEntries(known) };
  }
  return networks;
}

function workersWithSecrets(
  settings: FileSettings,
  secrets: SecretReader,
): Readonly<Record<string, WorkerSettings>> {
  const workers: Record<string, WorkerSettings> = {};
  for (const [name, worker] of Object.entries(settings.workers)) {
    if (worker.kind !== "model") {
      workers[name] = worker;
      continue;
    }
    const { key } = worker;
    workers[name] = {
      ...worker,
      key: key === null ? null : secrets.read(key, ["workers", name, "key"]),
      keyPlace: key === null ? null : secretPlace(key),
    };
  }
  return workers;
}
