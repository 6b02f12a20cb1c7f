import { z } from "zod";

import { foundWords, valueAt } from "./found-words.ts";
import { configurationSchema } from "./schema.ts";

/** As much of JSON Schema as our own schema uses. */
const shape = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

type Shape = z.output<typeof shape>;

/** The keys that a group of the file may have; of several kinds of group, those of the kind that was written. */
export function knownKeys(values: unknown, path: readonly PropertyKey[]): readonly string[] {
  let groups = shapes(configurationSchema());
  for (const key of path) {
    groups = groups.flatMap((group) =>
      shapes(group.properties?.[String(key)] ?? group.additionalProperties ?? group.items),
    );
  }
  const fitting = groups.filter((group) => fits(group, valueAt(values, path)));
  return [...new Set(fitting.flatMap((group) => Object.keys(group.properties ?? {})))];
}

function shapes(schema: unknown): readonly Shape[] {
  const parsed = shape.safeParse(schema);
  if (!parsed.success) return [];
  const parts = [...(parsed.data.anyOf ?? []), ...(parsed.data.oneOf ?? [])];
  return parts.length === 0 ? [parsed.data] : parts.flatMap(shapes);
}

/** A key with one allowed value (`adapter: local`) tells the kinds apart. */
function fits(group: Shape, value: unknown): boolean {
  return Object.entries(group.properties ?? {}).every(([key, schema]) => {
    const only: unknown = valueAt(schema, ["const"]);
    return only === undefined || foundWords(valueAt(value, [key])) === foundWords(only);
  });
}
