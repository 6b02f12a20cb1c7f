import { problemsError } from "./problem.ts";
import { fileSchema } from "./schema.ts";
import { schemaProblems } from "./schema-problems.ts";
import { parseYaml } from "./yaml-file.ts";

/** Throws `config_invalid` for a text that could not be a configuration file, before it becomes one. */
export function checkConfigurationText(text: string, file: string): void {
  const parsed = parseYaml(text);
  if (parsed.outcome === "broken") throw problemsError("config_invalid", file, parsed.problems);
  const { yaml } = parsed;
  const checked = fileSchema.safeParse(yaml.values);
  if (checked.success) return;
  throw problemsError("config_invalid", file, schemaProblems(checked.error.issues, yaml));
}
