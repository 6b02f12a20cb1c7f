import type { Configuration } from "../../gateway/config/configuration.ts";
import { problemsOf, type Problem } from "../../gateway/config/problem.ts";
import { SluiceError } from "../../sessions/errors.ts";
import { configurationFile, readConfiguration, type CommonOptions } from "../settings.ts";
import type { Shell } from "../shell.ts";

/** A configuration, or all that is wrong with it. */
export interface CheckedConfiguration {
  /** Null = there is no file: defaults. */
  readonly file: string | null;
  /** Null when there are problems. */
  readonly configuration: Configuration | null;
  readonly problems: readonly Problem[];
}

/** `withoutSecrets`: a secret that is missing is no problem. Never throws for what a file can hold. */
export function checkConfiguration(
  shell: Shell,
  options: CommonOptions,
  { withoutSecrets }: { readonly withoutSecrets: boolean },
): CheckedConfiguration {
  const file = configurationFile(shell, options);
  try {
    return { file, configuration: readConfiguration(shell, options), problems: [] };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (withoutSecrets && error.code === "config_secret_missing") {
      return { file, configuration: null, problems: [] };
    }
    const problems = problemsOf(error) ?? [{ place: null, key: null, text: error.message }];
    return { file, configuration: null, problems };
  }
}

/** As compilers write it, so that editors and terminals find the place: `file:line:column: key: text`. */
export function problemLine(file: string | null, { place, key, text }: Problem): string {
  const where = place === null ? "" : `:${place.line}:${place.column}`;
  return `${file ?? "environment"}${where}: ${key === null ? "" : `${key}: `}${text}`;
}
