import { stringify } from "yaml";
import { z } from "zod";

import type { Configuration } from "./configuration.ts";

/** What the gateway runs by, as plain values; each secret is the word `(secret)`. */
export function effectiveValues(configuration: Configuration): Readonly<Record<string, unknown>> {
  // A secret hides itself in JSON. The paths say where secrets lie, and nothing else.
  const { secretPaths: _, ...shown } = configuration;
  return plain.parse(JSON.parse(JSON.stringify(shown, withoutPasswords)));
}

const plain = z.record(z.string(), z.unknown());

export function effectiveYaml(configuration: Configuration): string {
  return stringify(effectiveValues(configuration), { lineWidth: 0 });
}

/** An address may carry a name and a password before its host. */
function withoutPasswords(_key: string, value: unknown): unknown {
  return typeof value === "string"
    ? value.replace(/^(https?:\/\/)[^/@\s]+@/, "$1(secret)@")
    : value;
}
