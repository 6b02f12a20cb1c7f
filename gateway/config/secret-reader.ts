import { dirname } from "node:path";

import type { ConfigurationSource } from "./load.ts";
import { keyText, type Problem } from "./problem.ts";
import { resolveSecret, type Secret, type SecretReference } from "./secret.ts";
import type { YamlFile } from "./yaml-file.ts";

/** Finds the secrets that a file refers to, and gathers what is wrong with the references. */
export interface SecretReader {
  /** Null when it is not there: then `problems` has grown. */
  read(reference: SecretReference, path: readonly string[]): Secret | null;
  readonly problems: readonly Problem[];
}

export function createSecretReader(yaml: YamlFile, source: ConfigurationSource): SecretReader {
  const problems: Problem[] = [];
  return {
    problems,
    read(reference, path) {
      const result = resolveSecret(reference, {
        environment: source.environment,
        directory: dirname(source.file ?? "."),
      });
      if (result.outcome === "found") return result.secret;
      problems.push({
        place: yaml.place(path, "key"),
        key: keyText(path),
        text: `${result.found}; ${result.wanted}`,
      });
      return null;
    },
  };
}
