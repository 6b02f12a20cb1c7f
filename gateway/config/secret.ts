import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { z } from "zod";

import { textOf } from "../../sessions/errors.ts";
import { knowSecret } from "./known-secrets.ts";
import { expand } from "./state-directory.ts";

const SECRET_FORMS = "{ env: NAME }, { file: PATH } or { credential: NAME }";

/** Where a secret is found. The secret itself never stands in the configuration file. */
export const secretReference = z
  .strictObject(
    {
      env: z.string().min(1).optional().describe("Name of an environment variable."),
      file: z
        .string()
        .min(1)
        .optional()
        .describe("Path of a file that holds nothing else, relative to this file."),
      credential: z.string().min(1).optional().describe("Name of a systemd credential."),
    },
    {
      // An inline secret must not be repeated in the message; unknown keys get the usual words.
      error: (issue) =>
        issue.code === "invalid_type"
          ? `${SECRET_FORMS}: a secret is never written in this file`
          : undefined,
    },
  )
  .refine((reference) => Object.keys(reference).length === 1, { error: `one of ${SECRET_FORMS}` });

export type SecretReference = z.output<typeof secretReference>;

/** Where a person finds it, as an error can say it. */
export function secretPlace(reference: SecretReference): string {
  if (reference.env !== undefined) return `environment variable ${reference.env}`;
  if (reference.file !== undefined) return reference.file;
  return `credential ${reference.credential ?? ""}`;
}

/** A secret that does not show itself in logs, JSON or debuggers. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    knowSecret(value);
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "(secret)";
  }

  toJSON(): string {
    return "(secret)";
  }

  [inspect.custom](): string {
    return "(secret)";
  }
}

export type FoundSecret =
  | { readonly outcome: "found"; readonly secret: Secret }
  /** `found` says what was there instead, in words without the secret. */
  | { readonly outcome: "missing"; readonly found: string; readonly wanted: string };

export function resolveSecret(
  reference: SecretReference,
  from: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    /** Relative paths start at the file that names them. */
    readonly directory: string;
  },
): FoundSecret {
  const { environment } = from;
  if (reference.env !== undefined) {
    const value = environment[reference.env]?.trim();
    return value
      ? { outcome: "found", secret: new Secret(value) }
      : missing(`environment variable ${reference.env} is not set`, `set ${reference.env}`);
  }
  if (reference.file !== undefined) return readSecret(expand(reference.file, from.directory));
  const directory = environment["CREDENTIALS_DIRECTORY"];
  const name = reference.credential ?? "";
  if (directory === undefined) {
    return missing(
      `credential ${name} is asked for, and CREDENTIALS_DIRECTORY is not set`,
      `run it as a systemd service with LoadCredential=${name}:…`,
    );
  }
  if (name.includes("/") || name.startsWith(".")) {
    return missing(`credential "${name}" is a path`, "give the name of a credential");
  }
  return readSecret(join(directory, name));
}

function readSecret(path: string): FoundSecret {
  try {
    const value = readFileSync(path, "utf8").trim();
    if (value === "") return missing(`${path} is empty`, "put the secret in it");
    return { outcome: "found", secret: new Secret(value) };
  } catch (error) {
    return missing(`${path} cannot be read (${textOf(error)})`, "create it, readable by this user");
  }
}

function missing(found: string, wanted: string): FoundSecret {
  return { outcome: "missing", found, wanted };
}
