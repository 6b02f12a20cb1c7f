import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Files below `directory` that hold one of these, as it is or in base 64. */
export function filesWith(secrets: readonly string[], directory: string): readonly string[] {
  const wanted = secrets.flatMap((secret) => [
    Buffer.from(secret),
    Buffer.from(Buffer.from(secret).toString("base64")),
  ]);
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = readFileSync(path);
      return wanted.some((one) => bytes.includes(one));
    });
}
